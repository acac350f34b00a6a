import { createPrivateKey } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CertificateError, lateness, readCertificate } from '../../src/http/certificate.ts';
import { Certificates } from '../support/certificates.ts';

let good: Certificates;
let other: Certificates;
let weak: Certificates;
beforeAll(async () => {
  [good, other, weak] = await Promise.all([Certificates.make({ serial: 7 }), Certificates.make(), Certificates.make({ key: 'weak' })]);
});
afterAll(() => Promise.all([good, other, weak].map((certificates) => certificates.remove())));

test.each(['ec', 'rsa', 'ed25519'] as const)('a certificate of a %s key is read, with its time', async (key) => {
  const certificates = await Certificates.make({ serial: 0xab, key });
  const { serial, notBefore, notAfter } = readCertificate(certificates);
  expect(serial).toBe('AB');
  expect(notAfter - notBefore).toBe(30 * 86_400_000);
  expect(Math.abs(Date.now() - notBefore)).toBeLessThan(86_400_000);
  await certificates.remove();
});

test('the digest is another where anything in either file is', async () => {
  const { digest } = readCertificate(good);
  expect(readCertificate(good).digest).toBe(digest);
  const longer = join(good.folder, 'chain.pem');
  await writeFile(longer, (await good.pem()) + (await other.pem()));
  expect(readCertificate({ certFile: longer, keyFile: good.keyFile })).toMatchObject({ serial: '07' });
  expect(readCertificate({ certFile: longer, keyFile: good.keyFile }).digest).not.toBe(digest);
});

test('a file that is not there, or is a folder, is named with its setting', () => {
  const [certFile, keyFile] = [join(good.folder, 'none.pem'), good.folder];
  expect(refusal({ certFile, keyFile: good.keyFile })).toMatch(/^TLS_CERT_FILE=.*none\.pem: cannot be read \(ENOENT.*\)$/);
  expect(refusal({ certFile: good.certFile, keyFile })).toMatch(/^TLS_KEY_FILE=.*: cannot be read \(EISDIR.*\)$/);
});

test('files that hold something else are named with their setting', async () => {
  const { certFile, keyFile } = good;
  expect(refusal({ certFile: keyFile, keyFile })).toMatch(/^TLS_CERT_FILE=.*: holds no certificate in PEM form \(.*\)$/);
  expect(refusal({ certFile, keyFile: certFile })).toMatch(
    /^TLS_KEY_FILE=.*: holds no private key in PEM form, without a passphrase \(.*\)$/,
  );
  const empty = join(good.folder, 'empty.pem');
  await writeFile(empty, '');
  expect(refusal({ certFile: empty, keyFile })).toMatch(/^TLS_CERT_FILE=.*: holds no certificate/);
});

test('a key with a passphrase is refused', async () => {
  const key = createPrivateKey(await readFile(good.keyFile));
  const keyFile = join(good.folder, 'encrypted.pem');
  await writeFile(keyFile, key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' }));
  expect(refusal({ ...good, certFile: good.certFile, keyFile })).toMatch(
    /^TLS_KEY_FILE=.*: holds no private key in PEM form, without a pass/,
  );
});

test('the key of another certificate is refused', () => {
  const line = `TLS_KEY_FILE=${other.keyFile}: is not the key of TLS_CERT_FILE=${good.certFile}`;
  expect(refusal({ certFile: good.certFile, keyFile: other.keyFile })).toBe(line);
});

test('a key too short to be safe is refused', () => {
  expect(refusal(weak)).toMatch(/^TLS_CERT_FILE=.*: cannot be used \(.*too small.*\)$/);
});

test('lateness() tells of the last fifth of its time, and of all that is not within it', () => {
  const certificate = { serial: '1', digest: '', notBefore: 1000, notAfter: 2000 };
  const told = [999, 1000, 1800, 1801, 1999, 2000].map((unixMs) => lateness(certificate, unixMs));
  expect(told).toEqual(['not-yet', undefined, undefined, 'soon', 'soon', 'expired']);
});

function refusal(files: { certFile: string; keyFile: string }): string {
  try {
    readCertificate(files);
  } catch (error) {
    if (error instanceof CertificateError) return error.message;
    throw error;
  }
  return 'taken';
}
