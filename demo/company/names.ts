import { random, type Random } from '../random.ts'

/** A firm that could be a customer. `slug` is its domain without the ending. */
export interface Firm {
  name: string
  slug: string
  country: string
  city: string
  /** Given and family name of the person who signed up. */
  contact: readonly [string, string]
}

/** Firms whose names a form, a list, a file or a search would stumble over. */
const HAND_WRITTEN: readonly (readonly [string, string, string, string])[] = [
  ['株式会社さくら物流', 'sakura-butsuryu', 'JP', 'Osaka'],
  ['山田製作所', 'yamada-seisakusho', 'JP', 'Nagoya'],
  ['北海道みらいソフト株式会社', 'mirai-soft', 'JP', 'Sapporo'],
  ['上海蓝鲸科技有限公司', 'lanjing-tech', 'CN', 'Shanghai'],
  ['深圳市云图智能科技有限公司', 'yuntu', 'CN', 'Shenzhen'],
  ['臺灣綠能股份有限公司', 'taiwan-green', 'TW', 'Taipei'],
  ['주식회사 한빛소프트', 'hanbit-works', 'KR', 'Seoul'],
  ['شركة النخيل للتقنية', 'alnakheel-tech', 'AE', 'Dubai'],
  ['مجموعة الأفق للاستشارات', 'alofoq', 'SA', 'Riyadh'],
  ['دار الحكمة للنشر', 'dar-alhikma', 'EG', 'Cairo'],
  ['אורן מערכות בע"מ', 'oren-systems', 'IL', 'Tel Aviv'],
  ['גלים תוכנה', 'galim', 'IL', 'Haifa'],
  ['Ελληνική Ναυτιλία ΑΕ', 'elliniki-naftilia', 'GR', 'Piraeus'],
  ['ООО «Северный ветер»', 'severny-veter', 'KZ', 'Almaty'],
  ['Công ty TNHH Hoa Sen', 'hoa-sen', 'VN', 'Da Nang'],
  ['บริษัท สยามดาต้า จำกัด', 'siam-data', 'TH', 'Bangkok'],
  ['भारत डेटा सेवा', 'bharat-data', 'IN', 'Pune'],
  ["O'Donnell & Sons", 'odonnell-sons', 'IE', 'Cork'],
  ["L'Atelier d'Élise", 'atelier-elise', 'FR', 'Lyon'],
  ["D'Angelo & Figli S.r.l.", 'dangelo-figli', 'IT', 'Bologna'],
  ["'s-Hertogenbosch Drukwerk B.V.", 'shertogenbosch-drukwerk', 'NL', "'s-Hertogenbosch"],
  ['Fish & Chips & Data Ltd', 'fishchipsdata', 'GB', 'Whitby'],
  ['Müller, Schäfer & Größmann GmbH', 'mueller-schaefer', 'DE', 'Nürnberg'],
  ['Ångström Mätteknik AB', 'angstrom-mat', 'SE', 'Uppsala'],
  ['Żółw i Spółka sp. z o.o.', 'zolw', 'PL', 'Łódź'],
  ['São João Agroindústria Ltda.', 'sao-joao-agro', 'BR', 'Campinas'],
  ['Þór Útgerð hf.', 'thor-utgerd', 'IS', 'Akureyri'],
  ['=mc Research', 'mc-research', 'US', 'Princeton'],
  ['+Plus Fitness Studios', 'plus-fitness', 'US', 'San Diego'],
  ['-minus Design Bureau', 'minus-design', 'US', 'Portland'],
  ['@home Care Network', 'athome-care', 'US', 'Columbus'],
  ['3rd & Main', 'third-and-main', 'US', 'Tulsa'],
  ['100% Organic Foods, Inc.', 'hundred-organic', 'US', 'Boulder'],
  ['The "Other" Bakery', 'other-bakery', 'US', 'Brooklyn'],
  ['Smith; Jones; and Partners', 'smith-jones-partners', 'GB', 'Leeds'],
  ['Cote\u0301 Nord', 'cote-nord', 'CA', 'Québec'],
  ['Null Island Surveying', 'null-island', 'US', 'Honolulu'],
  ['N/A Analytics', 'na-analytics', 'US', 'Austin'],
  ['🦊 Foxglove Labs', 'foxglove-labs', 'US', 'Seattle'],
  ['X', 'x-single', 'US', 'Reno'],
  ['Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Community Energy Cooperative Society Limited', 'llanfairpwll-energy', 'GB', 'Anglesey'],
  ['Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft mbH', 'donaudampf', 'AT', 'Wien'],
  ['International Association of Regional Libraries, Archives, Museums and Documentation Centres (Secretariat)', 'iarlam', 'BE', 'Brussels'],
  ['Acme', 'acme', 'US', 'Phoenix'],
  ['ACME Corporation', 'acme-corporation', 'US', 'Phoenix'],
  ['Acme GmbH', 'acme-gmbh', 'DE', 'Köln'],
]

const FIRST_WORDS = (
  'Alder Amber Anchor Apex Arbor Arrow Aspen Atlas Auburn Beacon Birch Blue Bright Brook Canyon Cedar Cinder Clear Cobalt Copper Coral Crest Crown Delta Drift Eagle Ember Falcon Fern ' +
  'Field Flint Forge Garnet Glen Granite Harbor Hazel Heron Hollow Indigo Iron Ivory Jasper Juniper Kestrel Lark Laurel Linden Lumen Maple Marble Meadow Mercer Mill Nimbus North Oak Onyx Orchard ' +
  'Pearl Pine Pioneer Prairie Quarry Quill Raven Red Ridge River Rowan Saffron Sage Silver Slate Solstice Spruce Sterling Stone Summit Swift Tamarack Thistle Timber Topaz Union Vale Vista Walnut Wren'
).split(' ')
const TRADES = (
  'Logistics,Robotics,Health,Foods,Analytics,Interiors,Legal,Freight,Media,Dental,Energy,Outfitters,Insurance,Software,Studios,Architects,Property,Learning,Textiles,Brewing,Biotech,Travel,Security,' +
  'Agronomy,Printing,Recruiting,Consulting,Instruments,Networks,Optics,Pharmacy,Motors,Aviation,Construction,Ceramics,Veterinary,Events,Hospitality,Publishing,Accounting'
).split(',')

interface Place {
  weight: number
  cities: readonly string[]
  endings: readonly string[]
  given: readonly string[]
  family: readonly string[]
}

const list = (text: string) => text.split(' ')
const ENGLISH = list('James Maria Grace Daniel Priya Wei Omar Hannah Lucas Zoe Marcus Elena Tyler Aisha Connor Naomi Victor Chloe Andre Leah Samir Rosa Ethan Yuki Caleb Ines Nathan Sofia Diego Ruth')
const US_FAMILY = list("Carter Nguyen O'Brien Patel Ramirez Goldberg Kim Johansson Brooks Alvarez Chen Whitfield Okoro Fischer Sullivan Haddad Morales Singh Lindqvist Park Weber Dubois Reyes Tanner Novak")

const PLACES: Record<string, Place> = {
  US: { weight: 52, cities: ['New York', 'Chicago', 'Austin', 'Denver', 'Boston', 'Atlanta', 'Seattle', 'Nashville', 'San Francisco', 'Minneapolis'], endings: ['', '', '', ' Inc.', ' LLC', ' Group', ' Co.'], given: ENGLISH, family: US_FAMILY },
  GB: { weight: 12, cities: ['London', 'Manchester', 'Bristol', 'Edinburgh', 'Leeds'], endings: [' Ltd', ' Limited', '', ' & Partners', ' plc'], given: ENGLISH, family: list('Whitaker Hughes Sharma Bennett MacLeod Osborne Ahmed Clarke Fraser Doyle') },
  CA: { weight: 6, cities: ['Toronto', 'Vancouver', 'Montréal', 'Calgary'], endings: [' Inc.', '', ' Ltd.'], given: ENGLISH, family: list('Tremblay Gagnon MacDonald Chow Leblanc Fraser Bélanger Dhillon') },
  AU: { weight: 5, cities: ['Sydney', 'Melbourne', 'Brisbane', 'Perth'], endings: [' Pty Ltd', '', ' Australia'], given: ENGLISH, family: list('Nguyen Walsh Papadopoulos Fraser Taylor McKenzie Wong') },
  DE: { weight: 7, cities: ['Berlin', 'München', 'Hamburg', 'Köln', 'Leipzig'], endings: [' GmbH', ' GmbH & Co. KG', ' AG'], given: list('Anna Jürgen Katrin Felix Miriam Björn Sabine Tobias Lena Emre'), family: list('Schröder Vogel Köhler Brandt Yılmaz Krüger Zimmermann Hoffmann Jäger') },
  FR: { weight: 4, cities: ['Paris', 'Lyon', 'Nantes', 'Toulouse'], endings: [' SAS', ' SARL', ' & Fils'], given: list('Camille Benoît Chloé Étienne Anaïs François Inès Mathieu'), family: list("Lefèvre Moreau Garnier d'Aubigny Benali Chevalier Roux") },
  NL: { weight: 3, cities: ['Amsterdam', 'Utrecht', 'Rotterdam'], endings: [' B.V.', ' Nederland B.V.'], given: list('Sanne Daan Femke Jeroen Lotte Bram'), family: ['de Vries', 'van den Berg', 'Bakker', 'Jansen', 'van Dijk'] },
  ES: { weight: 2, cities: ['Madrid', 'Barcelona', 'Valencia'], endings: [' S.L.', ' S.A.'], given: list('Lucía Javier Carmen Álvaro Nuria'), family: list('García Fernández Muñoz Ibáñez Ortega') },
  IE: { weight: 2, cities: ['Dublin', 'Galway', 'Limerick'], endings: [' Ltd', ' Teoranta', ''], given: list('Aoife Ciarán Niamh Oisín Siobhán'), family: list("O'Sullivan Byrne Ó'Neill Kavanagh Walsh") },
  SE: { weight: 2, cities: ['Stockholm', 'Göteborg', 'Malmö'], endings: [' AB', ' Sverige AB'], given: list('Åsa Björn Maja Oskar Linnéa'), family: list('Åkesson Lindström Öberg Sjögren Ek') },
  IN: { weight: 3, cities: ['Bengaluru', 'Mumbai', 'Chennai'], endings: [' Pvt. Ltd.', ' India', ' Technologies'], given: list('Ananya Rohan Kavya Arjun Divya'), family: list('Iyer Reddy Banerjee Mehta Krishnan') },
  JP: { weight: 2, cities: ['Tokyo', 'Kyoto', 'Fukuoka'], endings: [' K.K.', ' Japan'], given: list('Haruka Kenji Yui Takumi Aoi'), family: list('Tanaka Satō Kobayashi Mori Fujita') },
}

/** Countries that are billed in euro. */
export const EURO_COUNTRIES: ReadonlySet<string> = new Set(['DE', 'FR', 'NL', 'ES', 'IE', 'IT', 'AT', 'BE', 'GR'])

/** The first `count` firms of a seed, no name and no domain twice. The hand-written ones are spread over the first 380. */
export function firms(seed: number, count: number): Firm[] {
  const dice = random(`${seed}/firms`)
  const odd = HAND_WRITTEN.map(([name, slug, country, city]): Firm => ({ name, slug, country, city, contact: contactIn(dice, country) }))
  const taken = new Set(odd.map((firm) => firm.slug))
  const all: Firm[] = []
  for (let n = 0; n < count; n++) {
    if (n % 8 === 5 && odd.length > 0) all.push(odd.splice(dice.int(0, odd.length - 1), 1)[0])
    else all.push(plainFirm(dice, taken))
  }
  return all
}

function plainFirm(dice: Random, taken: Set<string>): Firm {
  for (;;) {
    const country = dice.weighted(Object.entries(PLACES).map(([code, place]) => [code, place.weight] as const))
    const place = PLACES[country]
    const family = dice.pick(place.family)
    const stem = dice.weighted([
      [`${dice.pick(FIRST_WORDS)} ${dice.pick(TRADES)}`, 6],
      [`${dice.pick(FIRST_WORDS)}${dice.pick(['works', 'field', 'line', 'gate', 'path', 'point', 'ware', 'stack'])}`, 2],
      [`${family} ${dice.pick(TRADES)}`, 2],
      [`${family} & ${dice.pick(place.family)}`, 1],
    ])
    const slug = slugOf(stem)
    if (taken.has(slug)) continue
    taken.add(slug)
    return { name: stem + dice.pick(place.endings), slug, country, city: dice.pick(place.cities), contact: contactIn(dice, country) }
  }
}

function contactIn(dice: Random, country: string): readonly [string, string] {
  const place = PLACES[country] ?? PLACES.US
  return [dice.pick(place.given), dice.pick(place.family)]
}

/** A person of that country, for the users of a customer's organisation. */
export function personIn(dice: Random, country: string): readonly [string, string] {
  return contactIn(dice, dice.chance(0.85) ? country : dice.pick(Object.keys(PLACES)))
}

/** Letters and digits of the Latin alphabet with hyphens between words. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/ı/g, 'i')
    .replace(/ß/g, 'ss')
    .replace(/[\u0300-\u036f'.]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
}
