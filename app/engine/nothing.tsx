import { nothing } from './format.ts'

/** A value that is not there: an en dash, said as "none". */
export const Nothing = () => <><span aria-hidden="true" className="nothing">{nothing}</span><span className="sr">none</span></>
