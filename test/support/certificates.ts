import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { forget, removeWithThisProcess } from './process-guard.ts';

export interface CertificateOptions {
  readonly serial?: number;
  readonly key?: 'ec' | 'rsa' | 'weak' | 'ed25519';
}

const NEW_KEY = {
  ec: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  rsa: ['-newkey', 'rsa:2048'],
  weak: ['-newkey', 'rsa:512'],
  ed25519: ['-newkey', 'ed25519'],
};

/** A folder with a certificate and its key, for `localhost` and 127.0.0.1, signed by itself: who trusts it trusts that very certificate. */
export class Certificates {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(options: CertificateOptions = {}): Promise<Certificates> {
    const folder = await mkdtemp(join(tmpdir(), 'barrage-tls-'));
    removeWithThisProcess(folder);
    const certificates = new Certificates(folder);
    await certificates.renew(options);
    return certificates;
  }

  get certFile(): string {
    return join(this.folder, 'cert.pem');
  }

  get keyFile(): string {
    return join(this.folder, 'key.pem');
  }

  get environment(): { readonly TLS_CERT_FILE: string; readonly TLS_KEY_FILE: string } {
    return { TLS_CERT_FILE: this.certFile, TLS_KEY_FILE: this.keyFile };
  }

  /** Puts another in its place. @returns it, in PEM form */
  async renew({ serial = 1, key = 'ec' }: CertificateOptions = {}): Promise<string> {
    const [newCert, newKey] = [`${this.certFile}.new`, `${this.keyFile}.new`];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const rest = ['-nodes', '-days', '30', '-set_serial', `${serial}`, '-keyout', newKey, '-out', newCert];
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...NEW_KEY[key], ...names, ...rest], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
    await rename(newKey, this.keyFile);
    await rename(newCert, this.certFile);
    return this.pem();
  }

  pem(): Promise<string> {
    return readFile(this.certFile, 'utf8');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    forget(this.folder);
  }
}

export interface Handshake {
  readonly serial: number;
  readonly protocol: string | null;
}

/** What a server shows a new connection. @param servername - the host that is named; by default none, as by all who come to an address */
export function shakeHands(port: number, { servername = '', ...options }: ConnectionOptions = {}): Promise<Handshake> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername, rejectUnauthorized: false, ...options }, () => {
      const { serialNumber } = socket.getPeerCertificate();
      resolve({ serial: Number.parseInt(serialNumber, 16), protocol: socket.getProtocol() });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
