/**
 * The Handlebars environment: text templates below templates/ in, source text out. The templates are read once, when
 * the first one is rendered; after that everything here is pure.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';

/** A template that is missing, or that does not fit the view it was given. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  constructor(
    readonly template: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

interface TemplateLibrary {
  readonly compiled: ReadonlyMap<string, Handlebars.TemplateDelegate>;
  /** Every file below templates/, partials and plain headers included, by path relative to it. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const extension = '.hbs';
let library: TemplateLibrary | undefined;

/** Absolute path of templates/. Compilers take `cuda/include` or `cpu/include` below it as include path. */
export function templatesDirectory(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  // Compiled files lie one level deeper (dist/generator/) than their sources.
  while (!existsSync(join(folder, 'templates')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'templates');
}

/**
 * Renders templates/`name`.hbs, e.g. `renderTemplate('cpu/gqs/row_blocks.cpp', view)`. Every other template can be used
 * as a partial under its own such name; a partial sees only what is passed to it. The same input gives the same bytes.
 * @throws TemplateError when there is no such template, or it asks for a name that the view does not have.
 */
export function renderTemplate(name: string, view: object): string {
  const template = templates().compiled.get(name);
  if (template === undefined) {
    const names = [...templates().compiled.keys()].join(', ');
    throw new TemplateError(name, `Expected one of the templates ${names} but received "${name}"`);
  }
  try {
    return template(view);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TemplateError(name, `Expected a complete view for template ${name} but received: ${reason}`, {
      cause,
    });
  }
}

/**
 * SHA-256, hex, over the paths and bytes of template files. Each name is a file or a folder relative to templates/ (all
 * files in it count); files are taken in sorted order, each once, so the order of names does not matter.
 * @throws TemplateError when a name matches no file.
 */
export function templateBytesHash(names: readonly string[]): string {
  const { files } = templates();
  const chosen = new Set<string>();
  for (const name of names) {
    const matches = [...files.keys()].filter((path) => path === name || path.startsWith(`${name}/`));
    if (matches.length === 0) {
      throw new TemplateError(name, `Expected a file or folder below templates/ but received "${name}"`);
    }
    for (const path of matches) chosen.add(path);
  }
  const hash = createHash('sha256');
  for (const path of [...chosen].sort()) {
    const bytes = files.get(path)!;
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

function templates(): TemplateLibrary {
  library ??= loadTemplates(templatesDirectory());
  return library;
}

function loadTemplates(root: string): TemplateLibrary {
  const files = new Map(listFiles(root).map((path) => [path, readFileSync(join(root, path))]));
  const environment = Handlebars.create();
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  for (const [path, bytes] of files) {
    if (!path.endsWith(extension)) continue;
    const template = environment.compile(bytes.toString('utf8'), {
      strict: true,
      noEscape: true,
      knownHelpersOnly: true,
      explicitPartialContext: true,
    });
    const name = path.slice(0, -extension.length);
    compiled.set(name, template);
    environment.registerPartial(name, template);
  }
  return { compiled, files };
}

function listFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
