// Makes dist/ anew: the server, the pages (each one file that asks for no other), the SDK and its types.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';
import ts from 'typescript';

const outDir = 'dist';
// A client writes these messages and reads all others, but for a user, which is in both. The generated code can do both with each.
const WRITTEN = /^(ClientFrame|Join|CommentDraft|LikeDraft|Ping|Auth)$/;
// What protobufjs loads for features that no message of ours uses: 64-bit objects (src/protocol/without-long.ts), floats, base64, services.
const UNUSED = /^(long|\.\/(aspromise|base64|eventemitter|float|rpc))$/;
// Of the catalogue a client tells these itself; all others come to it from servers, with their messages.
const TOLD_BY_CLIENTS = /^(frame_too_large|invalid_field)$/;
const withoutUnused: Plugin = {
  name: 'without-unused',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: UNUSED }, ({ importer, path }) => (/protobufjs/.test(importer) ? { path, namespace: 'unused' } : undefined));
    onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
    onLoad({ filter: /generated.barrage\.js$/ }, async ({ path }) => {
      const generated = await readFile(path, 'utf8');
      const contents = generated.replace(
        /^ {12}(\w+)\.(encode|decode) = function [\s\S]*?^ {12}\};\n/gm,
        (code, message: string, verb: string) => (message === 'User' || WRITTEN.test(message) === (verb === 'encode') ? code : ''),
      );
      return { contents };
    });
    onLoad({ filter: /protocol.error-catalog\.ts$/ }, async ({ path }) => {
      const catalogue = await readFile(path, 'utf8');
      const contents = catalogue.replace(/^ {2}(\w+): \{ status: .*\},\n/gm, (row, code: string) =>
        TOLD_BY_CLIENTS.test(code) ? row : '',
      );
      return { contents, loader: 'ts' };
    });
  },
};
const pages = ['index', 'watch', 'overlay', 'studio'];
// Chromium 103 came with OBS 28.
const browsers = ['chrome103', 'safari16.4', 'firefox125'];

await rm(outDir, { recursive: true, force: true });
await Promise.all([buildServer(), buildSdk(), ...pages.map(buildPage)]);
writeTypes();

async function buildServer(): Promise<void> {
  await build({
    entryPoints: ['src/main.ts'],
    outfile: `${outDir}/main.js`,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}

async function buildSdk(): Promise<void> {
  await build({
    entryPoints: ['src/client/index.ts'],
    outfile: `${outDir}/client/index.js`,
    bundle: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    format: 'esm',
    plugins: [withoutUnused],
    logLevel: 'warning',
  });
}

/** Puts a page's style sheet and script into it, in place of the elements that name them. */
async function buildPage(name: string): Promise<void> {
  const [html, style, script] = await Promise.all([
    readFile(`src/web/${name}.html`, 'utf8'),
    bundleForPage(`src/web/${name}.css`),
    bundleForPage(`src/web/${name}.ts`),
  ]);
  // Replaced by functions: in a replacement's text "$&" would mean something.
  const page = html
    .replace(`<link rel="stylesheet" href="${name}.css">`, () => `<style>${style.replaceAll('</style', '<\\/style')}</style>`)
    .replace(`<script src="${name}.ts"></script>`, () => `<script>${script.replaceAll('</script', '<\\/script')}</script>`);
  if (!page.includes('<style>') || !page.includes('<script>')) throw new Error(`src/web/${name}.html names no ${name}.css or ${name}.ts`);
  await mkdir(`${outDir}/web`, { recursive: true });
  await writeFile(`${outDir}/web/${name}.html`, page);
}

async function bundleForPage(entryPoint: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    write: false,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: browsers,
    plugins: [withoutUnused],
    charset: 'utf8',
    logLevel: 'warning',
  });
  return outputFiles[0]?.text.trim() ?? '';
}

/** The SDK's types, and those of the protocol that they speak of: dist/client/index.d.ts and its neighbours. */
function writeTypes(): void {
  const program = ts.createProgram(['src/client/index.ts'], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: 'src',
    outDir,
  });
  // The compiler leaves the sources' `.ts` in what types import; what lies in dist is found as `.js` by every resolver.
  const { diagnostics } = program.emit(undefined, (path, text) => {
    ts.sys.writeFile(path, text.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  });
  if (diagnostics.length > 0)
    throw new Error(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n'));
}
