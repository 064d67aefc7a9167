declare module 'asl-validator' {
  const validate: (machine: unknown) => {
    isValid: boolean;
    errors: unknown[];
    errorsText: (separator?: string) => string;
  };
  export = validate;
}
