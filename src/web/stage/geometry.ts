/** The height for which comment sizes are meant: size 25 is 25 px on a stage of 720, and 37.5 px on one of 1080. */
const NOMINAL_HEIGHT = 720;
/** A phone's stage is some 220 px high: below this scale its comments could not be read. */
const MIN_SCALE = 0.62;
/** Of a line of text to its font size: room for accents, descenders and the outline. */
export const LINE_HEIGHT = 1.36;
const NOMINAL_SIZE = 25;
/** Banners stand at the lower left, in at most this many places above each other, and in two rows of each five. */
const MAX_BANNERS = 4;
const ROWS_PER_BANNER = 2;
const ROWS_PER_PLACE = 5;
/** Letters must still be read on a small stage, as far as two rows hold them, and a name must have room beside its figures. */
const BANNER_FONT = { nominal: 16, least: 12, mostOfRow: 0.57, leastEms: 24 };
const BANNER_WIDTH = { em: 29, most: 0.78 };

export interface StageSize {
  readonly width: number;
  readonly height: number;
}

/** How a stage of some size is divided. All lengths are CSS pixels. */
export interface Geometry extends StageSize {
  /** From comment sizes to font sizes. */
  readonly scale: number;
  readonly rowHeight: number;
  readonly rowCount: number;
  /** Above the first row. */
  readonly top: number;
  /** Between comments of a row. */
  readonly gap: number;
  readonly banners: BannerGeometry;
}

interface BannerGeometry {
  /** How many may stand. */
  readonly placeCount: number;
  readonly rowsPerPlace: number;
  readonly fontPx: number;
  readonly maxWidth: number;
}

/** @param zoom - what the user chose: 1 is the usual size */
export function divideStage(size: StageSize, zoom: number): Geometry {
  const scale = Math.max(MIN_SCALE, size.height / NOMINAL_HEIGHT) * zoom;
  const rowHeight = NOMINAL_SIZE * LINE_HEIGHT * scale;
  const gap = NOMINAL_SIZE * scale * 0.8;
  const margin = size.height * 0.012;
  const rowCount = size.width > 0 ? Math.max(0, Math.floor((size.height - 2 * margin) / rowHeight)) : 0;
  const banners = bannersOn({ width: size.width, scale, rowHeight, rowCount });
  return { ...size, scale, rowHeight, rowCount, top: (size.height - rowCount * rowHeight) / 2, gap, banners };
}

function bannersOn({ width, scale, rowHeight, rowCount }: Pick<Geometry, 'width' | 'scale' | 'rowHeight' | 'rowCount'>): BannerGeometry {
  const { nominal, least, mostOfRow, leastEms } = BANNER_FONT;
  const most = BANNER_WIDTH.most * width;
  const fontPx = Math.min(Math.max(nominal * scale, least), mostOfRow * rowHeight, most / leastEms);
  const placeCount = Math.min(MAX_BANNERS, Math.floor(rowCount / ROWS_PER_PLACE));
  return { placeCount, rowsPerPlace: ROWS_PER_BANNER, fontPx, maxWidth: Math.min(BANNER_WIDTH.em * fontPx, most) };
}
