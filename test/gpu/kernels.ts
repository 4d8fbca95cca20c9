/** PTX of the kernels that the GPU tests launch: no compiler is needed. */

/**
 * axpy(x, y, factor): y = y * factor + x, u32, one thread per element; touches dynamic shared memory.
 * wild(y): writes to an address that is nobody's.
 * On sm_90 and above axpy waits for its predecessor itself, as a kernel launched with PDL must.
 */
export function testPtx(computeCapability: number): string {
  const hopper = computeCapability >= 90;
  return `.version ${hopper ? '7.8' : '7.0'}
.target sm_${hopper ? 90 : 80}
.address_size 64
.extern .shared .align 16 .b8 scratch[];
.visible .entry axpy(.param .u64 px, .param .u64 py, .param .u32 pf) {
  .reg .b32 %r<9>;
  .reg .b64 %rd<6>;
  ${hopper ? 'griddepcontrol.wait;' : ''}
  ld.param.u64 %rd1, [px];
  ld.param.u64 %rd2, [py];
  ld.param.u32 %r1, [pf];
  mov.u32 %r2, %ctaid.x;
  mov.u32 %r3, %ntid.x;
  mov.u32 %r4, %tid.x;
  mad.lo.u32 %r5, %r2, %r3, %r4;
  mul.wide.u32 %rd3, %r5, 4;
  add.u64 %rd4, %rd1, %rd3;
  add.u64 %rd5, %rd2, %rd3;
  ld.global.u32 %r6, [%rd4];
  ld.global.u32 %r7, [%rd5];
  mad.lo.u32 %r8, %r7, %r1, %r6;
  st.shared.u32 [scratch], %r1;
  st.global.u32 [%rd5], %r8;
  ret;
}
.visible .entry wild(.param .u64 py) {
  .reg .b32 %r<2>;
  .reg .b64 %rd<2>;
  mov.u64 %rd1, 16;
  mov.u32 %r1, 1;
  st.global.u32 [%rd1], %r1;
  ret;
}
`;
}
