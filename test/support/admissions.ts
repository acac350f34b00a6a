import { Admission, type AdmissionParts } from '../../src/auth/admission.ts';
import { ServerKeys } from '../../src/auth/server-keys.ts';

/** Open mode, unless a test says otherwise. */
export function admissionWith(parts: Partial<AdmissionParts> = {}): Admission {
  return new Admission({ verifier: undefined, guests: 'speak', serverKeys: new ServerKeys([]), ...parts });
}
