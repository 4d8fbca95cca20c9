/** What a device, its driver or the native addon refused to do. */

export interface DeviceErrorFields {
  /** What was asked for: 'DeviceBuffer.write', 'cuLaunchKernelEx'. */
  readonly call: string;
  /** The driver's name of the error ('CUDA_ERROR_ILLEGAL_ADDRESS'), or one of INVALID_ARGUMENT, OUT_OF_RANGE, OUT_OF_MEMORY, CLOSED, BAD_FILE, NO_SYMBOL, NO_DEVICE, NOT_READY, NO_ADDON, INTERNAL. */
  readonly code: string;
  /** What was expected and what was received, or the driver's own words. */
  readonly description: string;
  /** True when the device can do nothing more in this process: only a new process helps. */
  readonly sticky: boolean;
}

/** The addon makes these itself (`setErrorClass`), so what it throws needs no translation. */
export class DeviceError extends Error implements DeviceErrorFields {
  override readonly name = 'DeviceError';
  readonly call: string;
  readonly code: string;
  readonly description: string;
  readonly sticky: boolean;

  constructor(message: string, fields: DeviceErrorFields, options?: ErrorOptions) {
    super(message, options);
    this.call = fields.call;
    this.code = fields.code;
    this.description = fields.description;
    this.sticky = fields.sticky;
  }
}
