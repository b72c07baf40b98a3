export type DeclineBucket = 'retryable' | 'needs_customer' | 'authentication' | 'stop'

const stop = new Set(['lost_card', 'stolen_card', 'pickup_card', 'fraudulent', 'merchant_blacklist', 'restricted_card', 'do_not_try_again', 'stop_payment_order', 'revocation_of_authorization', 'revocation_of_all_authorizations', 'security_violation', 'card_not_supported', 'currency_not_supported', 'invalid_account', 'no_action_taken'])
const customer = new Set(['expired_card', 'incorrect_cvc', 'invalid_cvc', 'incorrect_number', 'invalid_number', 'incorrect_zip', 'incorrect_address', 'invalid_expiry_month', 'invalid_expiry_year', 'new_account_information_available', 'pin_try_exceeded', 'incorrect_pin', 'testmode_decline', 'withdrawal_count_limit_exceeded'])
const authentication = new Set(['authentication_required', 'authentication_not_handled', 'online_or_offline_pin_required', 'mobile_device_authentication_required'])

/** What a decline code asks for: try again, a word with the customer, their authentication, or nothing more. Unknown codes are worth a retry. */
export const declineBucket = (code: string): DeclineBucket => stop.has(code) ? 'stop' : customer.has(code) ? 'needs_customer' : authentication.has(code) ? 'authentication' : 'retryable'
