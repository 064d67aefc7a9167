/** Config vars of an app; null for a value that is unreadable while its database's key is unusable. */
export type ConfigVars = { readonly [name: string]: string | null };
