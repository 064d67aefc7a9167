/**
 * For a stream that has to be run to its end. The Encryption SDK's encryption, when it is broken off, throws "Premature
 * close" where no code can catch it, and takes the whole process with it: a full disk would do. So what goes wrong
 * before or behind it is held back until it is through.
 */

interface Unbroken {
  /** Ends early instead of throwing. */
  reading(source: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncIterable<Buffer>;
  /** Takes the chunks that follow instead of throwing, and writes no more. */
  writing(write: (chunk: Buffer) => Promise<void>): (chunk: Buffer) => Promise<void>;
  /** Throws what went wrong first. */
  end(): void;
}

export function unbroken(): Unbroken {
  const faults: { readonly error: unknown }[] = [];
  const note = (error: unknown): void => void faults.push({ error });
  return {
    reading: async function* (source) {
      try {
        for await (const chunk of source) {
          if (faults.length > 0) return;
          yield chunk;
        }
      } catch (error) {
        note(error);
      }
    },
    writing: (write) => async (chunk) => {
      if (faults.length === 0) await write(chunk).catch(note);
    },
    end: () => {
      const [first] = faults;
      if (first) throw first.error;
    },
  };
}
