import { Form } from 'antd'
import type { ManifestField } from '../../resources/engine/manifest.ts'
import { isEmpty } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { useManifest } from './manifest.tsx'

interface Props {
  name: string
  field: ManifestField
  required?: boolean
  row?: Record<string, unknown>
  autoFocus?: boolean
  /** A line under the input besides the field's own help. */
  note?: React.ReactNode
}

/** One labelled input of a generated form, inside an antd Form. */
export const FieldItem = ({ name, field, required = false, row, autoFocus, note }: Props) => {
  const { book } = useManifest()
  const { Input, malformed } = kitOf(field.type)
  const { min } = field as { min?: number }
  return (
    <Form.Item
      name={name} label={field.label} required={required} validateTrigger="onSubmit"
      extra={field.help || note ? <>{field.help}{field.help && note ? ' ' : ''}{note}</> : undefined}
      rules={[{
        validator: (_, value: unknown) =>
          Number.isNaN(value) ? Promise.reject(new Error(malformed ?? 'Not a value of this kind.'))
          : required && (isEmpty(value) || (typeof value === 'string' && value.trim() === '')) ? Promise.reject(new Error(`${field.label} is needed.`))
          : typeof value === 'string' && field.type === 'text' && !isEmpty(value) && min !== undefined && value.length < min ? Promise.reject(new Error(`At least ${min} characters.`))
          : Promise.resolve(),
      }]}
    >
      <Input field={field} row={row} book={book} autoFocus={autoFocus} data-testid={`field-${name}`} />
    </Form.Item>
  )
}
