/** A link that signs in to the console once. It is made by the API, as any client can make one. */

interface SignInLinkInput {
  readonly apiUrl: string;
  readonly token: string;
}

/**
 * The code is in the fragment, so that no server, log or Referer header gets it. Throws if the API refuses the token.
 */
export async function signInLink({ apiUrl, token }: SignInLinkInput): Promise<string> {
  const response = await fetch(`${apiUrl}/v1/sessions/codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`No sign-in link: the API answered with status ${response.status}.`);
  const { code } = (await response.json()) as { readonly code: string };
  return `${apiUrl}/console#code=${code}`;
}
