import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMember, decodeNews } from '../../../src/broker/redis/stored-news.ts';
import { encodeBody } from '../../../src/protocol/protobuf-batch.ts';
import { ANN, bodyOf, commentBody } from '../../support/events.ts';
import { memberBytes, newsBytes } from '../../support/stored-news.ts';

const NOTICE = encodeBody({ notice: { text: 'n' } });
const COMMENT = encodeBody(commentBody('c'));

test('decodeNews() reads the literal bytes of a payload', () => {
  const bytes = Buffer.from(
    [
      '01 02 6531', // format, epoch e1
      '0000000000000002 0000000000000000', // from p2, c0
      '0000000000000003 0000000000000010', // 3 likes of 16
      '00000002 7b7d', // settings {}
      '00000000', // no enters
      '00000001 00000019', // one event of priority, of 25 bytes
      '0000000000000003 000001a202e15c00 00000000 2203 0a016e', // p3, its time, no step, the notice n
      '00000000', // none of chat
    ]
      .join('')
      .replaceAll(' ', ''),
    'hex',
  );
  const { news, ...stored } = decodeNews(bytes);
  expect(stored).toEqual({ epoch: 'e1', from: { priority: 2, chat: 0 }, to: { priority: 3, chat: 0 } });
  expect(news).toMatchObject({ chat: [], enters: [], likes: { count: 3, total: 16 }, settings: {} });
  expect(news.priority.map(({ offset, at }) => [offset, at])).toEqual([[3, 0x1a202e15c00]]);
});

test('decodeNews() answers what was stored, and neither likes nor settings where there are none', () => {
  const at = 1_795_300_000_000;
  const payload = newsBytes({
    epoch: 'abc123',
    from: { priority: 7, chat: 2 ** 52 },
    enters: [ANN, { id: '火', name: '箭 🚀' }],
    priority: [memberBytes({ offset: 8, at }, NOTICE)],
    chat: [1, 2].map((n) => memberBytes({ offset: 2 ** 52 + n, at }, COMMENT)),
  });
  const { epoch, from, to, news } = decodeNews(payload);
  expect([epoch, from, to]).toEqual(['abc123', { priority: 7, chat: 2 ** 52 }, { priority: 8, chat: 2 ** 52 + 2 }]);
  expect(news.enters).toEqual([ANN, { id: '火', name: '箭 🚀' }]);
  expect(news.chat.map(bodyOf)).toEqual([commentBody('c'), commentBody('c')]);
  expect(Object.keys(news).sort()).toEqual(['chat', 'enters', 'priority']);
});

test('a member says the step of its combo, where it has one', () => {
  const gift = { user: ANN, giftId: 'rocket', name: 'Rocket', count: 1, value: 99 };
  const body = encodeBody({ gift });
  expect(bodyOf(decodeMember(memberBytes({ offset: 1, at: 1, combo: 3 }, body)))).toEqual({ gift: { ...gift, combo: 3 } });
  expect(bodyOf(decodeMember(memberBytes({ offset: 1, at: 1 }, body)))).toEqual({ gift });
});

const PAYLOAD = newsBytes({
  epoch: 'e1',
  from: { priority: 0, chat: 0 },
  likes: { count: 1, total: 1 },
  settings: '{"title":"x"}',
  enters: [ANN],
  priority: [memberBytes({ offset: 1, at: 1 }, NOTICE)],
  chat: [memberBytes({ offset: 1, at: 1 }, COMMENT)],
});

test('decodeNews() throws on a payload that is cut anywhere, or goes on', () => {
  decodeNews(PAYLOAD);
  for (let length = 0; length < PAYLOAD.length; length++) expect(() => decodeNews(PAYLOAD.subarray(0, length))).toThrow();
  expect(() => decodeNews(Buffer.concat([PAYLOAD, Buffer.from([0])]))).toThrow('1 bytes too many');
});

test('decodeNews() throws on another format, and on offsets that do not follow each other', () => {
  expect(() => decodeNews(Buffer.concat([Buffer.from([2]), PAYLOAD.subarray(1)]))).toThrow('format 2');
  const jumping = newsBytes({ epoch: 'e', from: { priority: 0, chat: 5 }, chat: [memberBytes({ offset: 7, at: 1 }, COMMENT)] });
  expect(() => decodeNews(jumping)).toThrow('offset 7 after 5');
  const large = newsBytes({ epoch: 'e', from: { priority: 0, chat: 0 } });
  large.writeUInt32BE(0x200000, 3);
  expect(() => decodeNews(large)).toThrow('2^53');
});

test('decodeNews() of whatever bytes answers or throws, and takes neither long nor much', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: PAYLOAD.length }), (noise, at) => {
      for (const bytes of [Buffer.from(noise), Buffer.concat([PAYLOAD.subarray(0, at), noise])]) {
        try {
          decodeNews(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }
    }),
    { numRuns: 5000 },
  );
});
