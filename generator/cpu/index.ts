export * from './constraints.js';
export { generateCpu } from './generate-cpu.js';
export { cxxFlags } from './isa.js';
export * from './space-cpu.js';
