/**
 * What made-up viewers say. Short ones are said alone or with a tail; an opening and a remark make a longer one. None is a quotation:
 * each is what any live room is full of.
 */
interface Phrases {
  readonly short: readonly string[];
  readonly openings: readonly string[];
  readonly remarks: readonly string[];
  readonly tails: readonly string[];
  /** What stands between an opening and a remark. */
  readonly joint: string;
}

export const chinese: Phrases = {
  short: [
    '来了',
    '好耶',
    '可爱',
    '妙啊',
    '前排',
    '打卡',
    '晚上好',
    '第一次这么早',
    '爱了爱了',
    '太强了',
    '真的假的',
    '笑死',
    '绝了',
    '好听',
    '泪目',
    '冲冲冲',
    '加油',
    '稳住',
    '这也行',
    '名场面',
    '合影',
    '主播好',
    '再来一次',
    '高能预警',
    '学到了',
    '我也是',
    '不愧是你',
    '这波可以',
    '节目效果',
    '问题不大',
    '下次一定',
    '有内味了',
    '熟悉的声音',
    '这个好看',
    '保护主播',
    '没看懂',
    '求歌名',
    '辛苦了',
  ],
  openings: [
    '刚下班，',
    '今天的主播',
    '这个操作',
    '我和室友都说，',
    '昨天没看到，',
    '说真的，',
    '从第一期看到现在，',
    '弹幕里的各位',
    '这首歌',
    '刚刚那一下',
  ],
  remarks: [
    '也太好看了吧',
    '我反复看了三遍',
    '真的是神来之笔',
    '来得正是时候',
    '都是老观众了',
    '跪着看完的',
    '值得一个大火箭',
    '有没有人和我一样',
    '听得我起鸡皮疙瘩',
    '建议单独剪出来循环播放',
  ],
  tails: ['！', '！！', '～', '啊啊啊', '哈哈', '。', '……', '？'],
  joint: '',
};

export const english: Phrases = {
  short: [
    'hi',
    'gg',
    'nice',
    'wow',
    'lets go',
    'so cute',
    'first',
    'hello',
    'what',
    'good one',
    'clutch',
    'no way',
    'again',
    'love it',
    'rip',
    'ez',
    'hype',
    'same',
  ],
  openings: ['chat', 'this song', 'that play', 'the streamer', 'just got here and it'],
  remarks: ['is insane', 'gets me every time', 'was so close', 'never misses', 'is the best part'],
  tails: ['!', '!!', '...', '?', ' haha'],
  joint: ' ',
};

export const japanese: Phrases = {
  short: [
    'かわいい',
    'すごい',
    'きた',
    'こんばんは',
    '初見です',
    'わかる',
    'うまい',
    'おつかれ',
    '待ってた',
    'やばい',
    '神回',
    'いいね',
    'おかえり',
    '泣いた',
  ],
  openings: ['この曲', '今のプレイ', '配信', '久しぶりに来たけど'],
  remarks: ['ほんとに好き', '最高すぎる', '何回でも見れる', '面白いです'],
  tails: ['！', 'w', 'ww', '～', '。'],
  joint: '、',
};

/** What a whole room says at once, as one unit of the repeat: `6` is said as 666 or 66666. */
export const chorus: readonly { readonly unit: string; readonly min: number; readonly max: number }[] = [
  { unit: '6', min: 3, max: 8 },
  { unit: '哈', min: 3, max: 12 },
  { unit: '啊', min: 3, max: 12 },
  { unit: 'lol', min: 1, max: 1 },
  { unit: 'w', min: 3, max: 8 },
  { unit: '8', min: 4, max: 8 },
  { unit: '好耶', min: 1, max: 2 },
  { unit: '前方高能', min: 1, max: 1 },
  { unit: '？', min: 1, max: 5 },
];
