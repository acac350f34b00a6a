import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

export interface CertificateFiles {
  /** PEM: the certificate, and behind it those that lead to a root. */
  readonly certFile: string;
  /** PEM, without a passphrase. */
  readonly keyFile: string;
}

export interface Certificate {
  readonly serial: string;
  /** Unix milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Of both files: another where anything in them is. */
  readonly digest: string;
}

/** The files hold no certificate with its key; the message is one line that names the setting. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** Who renews by the usual rule does so with a third of its life left. */
const LATE_SHARE = 0.2;

/**
 * Reads both files and checks that they can be used together: the library that serves them says no more than that something is wrong.
 *
 * @throws CertificateError
 */
export function readCertificate({ certFile, keyFile }: CertificateFiles): Certificate {
  const inCertFile = <T>(what: string, action: () => T) => orCertificateError(`TLS_CERT_FILE=${certFile}: ${what}`, action);
  const inKeyFile = <T>(what: string, action: () => T) => orCertificateError(`TLS_KEY_FILE=${keyFile}: ${what}`, action);
  const cert = inCertFile('cannot be read', () => readFileSync(certFile));
  const key = inKeyFile('cannot be read', () => readFileSync(keyFile));
  const leaf = inCertFile('holds no certificate in PEM form', () => new X509Certificate(cert));
  const privateKey = inKeyFile('holds no private key in PEM form, without a passphrase', () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) throw new CertificateError(`TLS_KEY_FILE=${keyFile}: is not the key of TLS_CERT_FILE=${certFile}`);
  inCertFile('cannot be used', () => createSecureContext({ cert, key }));
  return {
    serial: leaf.serialNumber,
    notBefore: Date.parse(leaf.validFrom),
    notAfter: Date.parse(leaf.validTo),
    digest: createHash('sha256').update(cert).update('\0').update(key).digest('hex'),
  };
}

/** What is to be said of a certificate's time; nothing where it is good for long enough. */
export function lateness({ notBefore, notAfter }: Certificate, unixMs: number): 'not-yet' | 'soon' | 'expired' | undefined {
  if (unixMs >= notAfter) return 'expired';
  if (unixMs < notBefore) return 'not-yet';
  return notAfter - unixMs < (notAfter - notBefore) * LATE_SHARE ? 'soon' : undefined;
}

function orCertificateError<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    throw new CertificateError(`${what} (${because})`, { cause: error });
  }
}
