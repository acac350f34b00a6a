import { SSLApp, type TemplatedApp } from 'uWebSockets.js';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Listener, type ListenOptions, listen } from './app.ts';
import { type Certificate, CertificateError, type CertificateFiles, lateness, readCertificate } from './certificate.ts';
import type { Door, DoorLog } from './door.ts';

/** What the library's types leave out of an app: one may take connections in for others. */
interface HandingApp extends TemplatedApp {
  getDescriptor(): number;
  addChildAppDescriptor(descriptor: number): void;
  removeChildAppDescriptor(descriptor: number): void;
}

export interface TlsDoorOptions extends CertificateFiles {
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: DoorLog;
}

// All with forward secrecy, none that is not authenticated encryption. For TLS 1.2: those of 1.3 are all of that kind, and older versions are not spoken.
const CIPHERS = 'ECDHE+AESGCM:ECDHE+CHACHA20';
/** Each holds 50 KiB, its connections aside, and every publish asks it for a microsecond. */
const MAX_APPS = 16;
const LATE_LINES = {
  'not-yet': 'the certificate is not valid yet',
  soon: 'the certificate expires soon',
  expired: 'the certificate has expired: no client will take it',
};

/**
 * TLS 1.2 and 1.3 in this process. The library ties a certificate to an app for good, so a new certificate gets a new app:
 *
 *     acceptor ── new connections ──► app, certificate 3
 *     (listens, speaks                app, certificate 2   connections that came before it was replaced
 *      no TLS itself)                 app, certificate 1
 *
 * The acceptor listens all the time, so nobody who comes meanwhile is turned away, and it does not matter whether a client names a host. (The
 * library's server names would be another way. They leave those who name none, as all do who come to an address, with the first certificate;
 * and removing a name frees its routes, which connections that are open still go by.)
 */
export class TlsDoor implements Door {
  readonly scheme = 'https';
  readonly #options: TlsDoorOptions;
  readonly #acceptor = SSLApp({}) as HandingApp; // the methods are in the library, and not in its types
  /** The last gets new connections. */
  readonly #apps: HandingApp[] = [];
  #certificate: Certificate;
  #addRoutes: (app: TemplatedApp) => void = () => undefined;

  /** @throws CertificateError */
  constructor(options: TlsDoorOptions) {
    this.#options = options;
    this.#certificate = readCertificate(options);
  }

  /** @throws CertificateError */
  serve(addRoutes: (app: TemplatedApp) => void): void {
    this.#addRoutes = addRoutes;
    this.#take(this.#certificate);
  }

  publish(topic: string, message: Uint8Array, isBinary: boolean): void {
    for (const app of this.#apps) app.publish(topic, message, isBinary);
  }

  listen(options: ListenOptions): Promise<Listener> {
    return listen(this.#acceptor, options);
  }

  renew(): void {
    const { log, metrics } = this.#options;
    try {
      const certificate = readCertificate(this.#options);
      if (certificate.digest !== this.#certificate.digest) this.#take(certificate);
      else this.#tell('the certificate has not changed');
    } catch (error) {
      metrics.certificates.inc({ outcome: 'refused' });
      log('error', 'TLS_CERT_FILE or TLS_KEY_FILE is wrong: the certificate of before stays', { err: error });
    }
  }

  close(): void {
    for (const app of this.#apps) app.close();
    this.#acceptor.close();
  }

  #take(certificate: Certificate): void {
    const { log, metrics } = this.#options;
    const before = this.#apps.at(-1);
    const app = this.#makeApp();
    this.#addRoutes(app);
    this.#acceptor.addChildAppDescriptor(app.getDescriptor());
    if (before) this.#acceptor.removeChildAppDescriptor(before.getDescriptor());
    this.#apps.push(app);
    this.#certificate = certificate;
    metrics.certificates.inc({ outcome: 'taken' });
    metrics.certificateExpires.set(certificate.notAfter / 1000);
    this.#tell('the certificate was read');
    if (this.#apps.length > MAX_APPS) {
      this.#apps.shift()?.close();
      metrics.certificates.inc({ outcome: 'closed' });
      log('warn', 'connections under the oldest certificate were closed: too many were replaced');
    }
  }

  #tell(line: string): void {
    const { clock, log } = this.#options;
    const { notAfter, serial } = this.#certificate;
    const details = { serial, notAfter: new Date(notAfter).toISOString() };
    log('info', line, details);
    const late = lateness(this.#certificate, clock.unixMs());
    if (late) log('warn', LATE_LINES[late], details);
  }

  /** @throws CertificateError where the library does not take what was found to be right: it reads the files itself */
  #makeApp(): HandingApp {
    const { certFile, keyFile } = this.#options;
    try {
      return SSLApp({ cert_file_name: certFile, key_file_name: keyFile, ssl_ciphers: CIPHERS }) as HandingApp;
    } catch (error) {
      throw new CertificateError(`TLS_CERT_FILE=${certFile}, TLS_KEY_FILE=${keyFile}: the TLS library does not take them`, {
        cause: error,
      });
    }
  }
}
