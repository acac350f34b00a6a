import { expect, test } from 'vitest';
import { MAX_RECEIPTS, MAX_REFS, ReceiptBook } from '../../src/broker/receipt-book.ts';

const receiptOf = (fingerprint: string) => ({ fingerprint, receipt: { epoch: 'e1', refs: ['c1'] } });

test('ReceiptBook.find() answers a receipt during its life, and not at its end', () => {
  const book = new ReceiptBook(1000);
  book.keep('k', receiptOf('a'), 500);
  expect(book.find('other', 500)).toBeUndefined();
  expect(book.find('k', 1499)).toMatchObject(receiptOf('a'));
  expect(book.find('k', 1500)).toBeUndefined();
});

test('ReceiptBook drops the expired, and only those', () => {
  const book = new ReceiptBook(1000);
  for (const at of [0, 100, 200]) book.keep(`${at}`, receiptOf('a'), at);
  book.find('any', 1100);
  expect(book.size).toBe(1);
  expect(book.find('200', 1100)).toBeDefined();
});

test('ReceiptBook forgets its oldest past the bound, and says how many', () => {
  const book = new ReceiptBook(1000);
  for (let key = 0; key < MAX_RECEIPTS; key++) expect(book.keep(`${key}`, receiptOf('a'), 0)).toEqual({ evicted: 0 });
  expect(book.keep('new', receiptOf('b'), 0)).toEqual({ evicted: 1 });
  expect(book.size).toBe(MAX_RECEIPTS);
  expect([book.find('0', 0), book.find('1', 0)?.fingerprint, book.find('new', 0)?.fingerprint]).toEqual([undefined, 'a', 'b']);
});

test('ReceiptBook counts refs as well: receipts of many are fewer', () => {
  const book = new ReceiptBook(1000);
  const long = { fingerprint: 'l', receipt: { epoch: 'e1', refs: Array.from({ length: 100 }, () => 'c1') } };
  const most = MAX_REFS / 100;
  for (let key = 0; key < most; key++) expect(book.keep(`${key}`, long, 0)).toEqual({ evicted: 0 });
  expect(book.keep('short', receiptOf('a'), 0)).toEqual({ evicted: 1 });
  expect(book.keep('long', long, 0)).toEqual({ evicted: 1 });
  expect(book.size).toBe(most);
});
