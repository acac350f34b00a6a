import { field } from '../protocol/fields.ts';
import { parse } from '../protocol/parse.ts';

/** What the backend says of a comment. */
export type WebhookAnswer =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'replace'; readonly text: string };

/** Far more than any answer needs: the rest of one that is larger is not read. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** @throws an error that says what is wrong with the answer: a status other than 200, too large, not JSON, no verdict, no text to say instead */
export async function readAnswer(response: Response): Promise<WebhookAnswer> {
  if (response.status !== 200) {
    // What is not read keeps its connection.
    await response.body?.cancel();
    throw new Error(`answered status ${response.status}`);
  }
  const decoded: unknown = JSON.parse(await bodyOf(response));
  const { verdict, text } = typeof decoded === 'object' && decoded !== null ? (decoded as Record<string, unknown>) : {};
  switch (verdict) {
    case 'allow':
    case 'deny':
    case 'hold':
      return { kind: verdict };
    case 'replace': {
      const parsed = parse(field.commentText, text, 'text');
      if (!parsed.ok) throw new Error(`answered a ${parsed.refusal.message}`);
      return { kind: 'replace', text: parsed.value };
    }
    default:
      throw new Error('answered no verdict of allow, deny, replace, hold');
  }
}

async function bodyOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > MAX_ANSWER_BYTES) {
      await reader.cancel();
      throw new Error(`answered more than ${MAX_ANSWER_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
