import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { problemName, problemSchema } from '../../generator/index.js';
import { parseModelLayers, readModelLayers } from '../../autotune/model-config.js';
import { presetLayers, presetNames } from '../../autotune/presets.js';
import { ProblemError } from '../../autotune/problem-error.js';
import {
  crossProblems,
  defaultLayers,
  defaultLists,
  parseActivations,
  parseBits,
  parseDensities,
  parseGroupSizes,
  parseTokens,
} from '../../autotune/problems.js';
import { parseShapes } from '../../autotune/shapes.js';
import { temporaryFolder } from './temporary-folder.js';

const shapesOf = (layers: readonly { n: number; k: number }[]) =>
  layers.map(({ n, k }) => `${n}x${k}`).join(' ');

/** Shapes written down from the weight files of each model, q, k, v and gate, up stacked. */
const published: Readonly<Record<string, string>> = {
  'llama-7b': '12288x4096 4096x4096 22016x4096 4096x11008',
  'llama-13b': '15360x5120 5120x5120 27648x5120 5120x13824',
  'llama-3-8b': '6144x4096 4096x4096 28672x4096 4096x14336',
  'qwen2.5-7b': '4608x3584 3584x3584 37888x3584 3584x18944',
  'opt-6.7b': '12288x4096 4096x4096 16384x4096 4096x16384',
};

test('presets have the published shapes', (t) => {
  t.deepEqual([...presetNames].sort(), Object.keys(published).sort());
  for (const [name, shapes] of Object.entries(published)) t.is(shapesOf(presetLayers(name)), shapes, name);
  t.throws(() => presetLayers('gpt-2'), {
    instanceOf: ProblemError,
    message: /llama-7b, .* received "gpt-2"/,
  });
});

test('shapes are parsed, each once', (t) => {
  t.is(shapesOf(parseShapes('4096x4096, 22016x4096,4096x4096')), '4096x4096 22016x4096');
  for (const text of ['', '4096', '4096x', 'x4096', '4096x4096x2', '0x64', '-4x64', '4e3x64', '64x64,,']) {
    t.throws(() => parseShapes(text), {
      instanceOf: ProblemError,
      message: /Expected NxK pairs .* received "/,
    });
  }
});

const llama3 = {
  architectures: ['LlamaForCausalLM'],
  hidden_size: 4096,
  intermediate_size: 14336,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  vocab_size: 128256,
};

test('the layers of model configs', (t) => {
  const layers = (config: unknown) => shapesOf(parseModelLayers('config.json', JSON.stringify(config)));
  t.is(layers(llama3), published['llama-3-8b']!);
  t.is(
    layers({ ...llama3, intermediate_size: 11008, num_key_value_heads: undefined }),
    published['llama-7b']!,
  );
  // Mistral-Nemo-like: heads times head_dim is not hidden_size.
  t.is(layers({ ...llama3, hidden_size: 5120, head_dim: 128 }), '6144x5120 5120x4096 28672x5120 5120x14336');
  t.is(
    layers({
      architectures: ['Qwen2ForCausalLM'],
      hidden_size: 3584,
      intermediate_size: 18944,
      num_attention_heads: 28,
      num_key_value_heads: 4,
    }),
    published['qwen2.5-7b']!,
  );
  t.is(
    layers({ architectures: ['OPTForCausalLM'], hidden_size: 4096, ffn_dim: 16384, num_attention_heads: 32 }),
    published['opt-6.7b']!,
  );
});

test('model configs that cannot be used say why and what to do', async (t) => {
  const text = JSON.stringify(llama3);
  const wrong: [string, RegExp][] = [
    [text.slice(0, 40), /truncated/],
    ['', /received 0 characters/],
    ['[]', /received no "architectures"/],
    [JSON.stringify({ ...llama3, architectures: ['GPT2LMHeadModel'] }), /received GPT2LMHeadModel.*--shapes/],
    [JSON.stringify({ ...llama3, hidden_size: undefined }), /hidden_size: /],
    [JSON.stringify({ ...llama3, hidden_size: '4096' }), /hidden_size: /],
    [JSON.stringify({ ...llama3, num_attention_heads: 33 }), /divisor of hidden_size 4096 but received 33/],
  ];
  for (const [content, message] of wrong) {
    const error = t.throws(() => parseModelLayers('a/config.json', content), {
      instanceOf: ProblemError,
      message,
    });
    t.is(error.source, 'a/config.json');
  }
  const missing = join(await temporaryFolder(t), 'config.json');
  await t.throwsAsync(readModelLayers(missing), {
    instanceOf: ProblemError,
    message: /there is no .*Check the path/,
  });
  await writeFile(missing, text);
  t.is(shapesOf(await readModelLayers(missing)), published['llama-3-8b']!);
});

test('layers are crossed with every list, each problem once', (t) => {
  const lists = {
    bits: [2, 4],
    groupSizes: [16, 32],
    groupsPerScale: [1, 4],
    densities: [1, 0.5],
    tokens: [1, 8],
    activations: ['f16', 'i8'],
  } as const;
  const layers = parseShapes('64x128,128x64');
  const problems = crossProblems('cuda', [...layers, ...layers], lists);
  t.is(problems.length, 2 * 2 ** 6);
  t.is(problems.filter(({ groupsPerScale }) => groupsPerScale === 4).length, 2 ** 6);
  t.true(problems.every((p) => p.groupsPerScale === 4 || !('groupsPerScale' in p)));
  t.is(new Set(problems.map(problemName)).size, problems.length);
  for (const p of problems) t.true(problemSchema.safeParse(p).success);
  t.true(problems.every((p) => p.output === 'f16'));
});

test('a layer whose k is no multiple of the group size is named, with what would fit', (t) => {
  const lists = { ...defaultLists('cuda'), groupSizes: [128] as const };
  const error = t.throws(() => crossProblems('cuda', [{ name: 'down', n: 64, k: 96 }], lists), {
    instanceOf: ProblemError,
    message:
      /group size 128 for layer down \(64x96\) but received k = 96. Use --group-size 4 or 8 or 16 or 32/,
  });
  t.is(error.source, 'down');
  t.throws(() => crossProblems('cpu', [{ name: 'odd', n: 64, k: 97 }], defaultLists('cpu')), {
    message: /Leave the layer out/,
  });
});

test('activations that the target does not have are refused', (t) => {
  const lists = { ...defaultLists('cuda'), activations: ['f32'] as const };
  t.throws(() => crossProblems('cuda', parseShapes('64x64'), lists), {
    instanceOf: ProblemError,
    message: /f16 or bf16 or i8 for --activation on a GPU but received f32/,
  });
});

test('a shape beyond the limits is refused', (t) => {
  t.throws(() => crossProblems('cpu', parseShapes('99999999x64'), defaultLists('cpu')), {
    instanceOf: ProblemError,
    message: /layer 99999999x64/,
  });
});

test('what is tuned unless stated', (t) => {
  const names = (target: 'cuda' | 'cpu') =>
    crossProblems(target, defaultLayers(target), defaultLists(target)).map(problemName);
  t.is(names('cuda').length, 8);
  t.true(names('cuda').includes('gemv-22016x4096-m1-w4g16-d0.5-f16'));
  t.is(names('cpu').length, 6);
  t.true(names('cpu').includes('gemv-22016x4096-m1-w4g16-d0.5-i8-yf32'));
});

test('lists of options', (t) => {
  t.deepEqual(parseBits('4, 2,4'), [4, 2]);
  t.deepEqual(parseGroupSizes('16,128'), [16, 128]);
  t.deepEqual(parseTokens('1,8'), [1, 8]);
  t.deepEqual(parseActivations('f16,i8'), ['f16', 'i8']);
  t.deepEqual(parseDensities('1.0,0.5'), [1, 0.5]);
  const wrong: [() => unknown, RegExp][] = [
    [() => parseBits('5'), /among 2, 3, 4, 8 for --bits but received "5"/],
    [() => parseGroupSizes('16,'), /--group-size but received ""/],
    [() => parseTokens('3'), /--m but received "3"/],
    [() => parseActivations('fp16'), /--activation but received "fp16"/],
    [() => parseDensities('0'), /--density but received "0"/],
    [() => parseDensities('50%'), /--density but received "50%"/],
    [() => parseDensities('0.5,,1'), /--density but received ""/],
  ];
  for (const [parse, message] of wrong) t.throws(parse, { instanceOf: ProblemError, message });
});
