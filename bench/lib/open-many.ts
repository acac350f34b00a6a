/** Connections being set up at once: fewer than a server's backlog holds. */
const AT_ONCE = 200;

/**
 * Opens as many as there are to be, some at a time, and settles when all are open.
 *
 * @param openOne - is told which it is: 0, 1, 2 …
 * @throws what `openOne` throws first
 */
export async function openMany(
  { count, atOnce = AT_ONCE }: { count: number; atOnce?: number },
  openOne: (index: number) => Promise<void>,
): Promise<void> {
  let begun = 0;
  const openSome = async () => {
    while (begun < count) await openOne(begun++);
  };
  await Promise.all(Array.from({ length: atOnce }, openSome));
}
