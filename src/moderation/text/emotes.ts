/**
 * One emoji: a flag, a keycap, or pictographs that zero-width joiners hold together, each with its variation, skin tone or tags
 * (Unicode Technical Standard 51, 1.4.9). Removed one after the other and not matched as a whole text: a pattern of repeated alternatives
 * would try every way to part a text that is not one.
 */
const PICTOGRAPH = String.raw`\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\u{FE0F}|[\u{E0020}-\u{E007E}]+\u{E007F})?`;
const EMOJI = new RegExp(String.raw`\p{RI}\p{RI}|[0-9#*]\u{FE0F}\u{20E3}|${PICTOGRAPH}(?:\u{200D}${PICTOGRAPH})*`, 'gu');

/**
 * Whether a text is emoji and white space only. Names such as `[doge]`, which a platform draws as pictures, are text here: nobody but the
 * platform knows which are names, and any sentence can be put in brackets.
 */
export function isEmotesOnly(text: string): boolean {
  return text.replace(EMOJI, '').trim() === '';
}
