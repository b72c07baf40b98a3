/** What customers of Northwind write about. `{n}` and `{name}` are filled in. */
export interface TicketText {
  subject: string
  body: string
  priority: 'low' | 'normal' | 'high' | 'urgent'
  weight: number
}

export const TICKET_TEXTS: readonly TicketText[] = [
  { weight: 5, priority: 'normal', subject: 'Invoice shows {n} seats, we have fewer', body: 'Hello,\nthe last invoice counts {n} seats. Two colleagues left in the middle of the month and I removed them the same day. Can you check whether they are still counted?\n\nKind regards\n{name}' },
  { weight: 4, priority: 'high', subject: 'Export to CSV stops at 10,000 rows', body: 'The report for last quarter has about {n}0,000 rows, but the file ends after 10,000 without a word. Our auditors need the whole of it by Friday.' },
  { weight: 4, priority: 'urgent', subject: 'Nobody can sign in since this morning', body: 'All {n} of us get "session could not be created" after SAML. Nothing was changed on our side. We have a go-live at noon, please call me.' },
  { weight: 3, priority: 'normal', subject: 'Change of billing address', body: 'We have moved. Please use the new address on invoices from now on. VAT number stays the same.\n{name}' },
  { weight: 3, priority: 'low', subject: 'Dark mode for the planner?', body: 'Small wish from the night shift: the planner is very bright. Is a dark mode planned?' },
  { weight: 4, priority: 'normal', subject: 'How do I move a project to another workspace?', body: 'I found how to copy one, but then the history is gone. Is there a way to move it, with comments and files?' },
  { weight: 3, priority: 'high', subject: 'Automation ran {n} times instead of once', body: 'The rule "notify when overdue" sent {n} mails to the same person last night. We have switched it off for now.' },
  { weight: 3, priority: 'normal', subject: 'Card was declined, bank says it is fine', body: 'We got the mail about a failed payment. Our bank sees no attempt at all. Could you try again, or send a link to pay?\n\n{name}' },
  { weight: 3, priority: 'low', subject: 'Typo in the French interface', body: 'Under "Rapports" it says "Exproter". Not urgent, merci!' },
  { weight: 2, priority: 'high', subject: 'Data processing agreement: new template', body: 'Our legal department asks for a signed copy of the current data processing agreement with the list of sub-processors. We cannot renew without it.' },
  { weight: 3, priority: 'normal', subject: 'Add {n} seats until the end of the season', body: 'We need {n} more seats from the first of next month, for about four months. What would that cost, and can we go back afterwards?' },
  { weight: 2, priority: 'urgent', subject: 'Deleted the wrong project', body: 'I deleted "Rollout North" instead of the copy. {n} people work in it. Can you bring it back? I have not touched anything since.' },
  { weight: 3, priority: 'normal', subject: 'API answers 429 although we are under the limit', body: 'We send about {n} requests a minute, the limit says 600. Still every few seconds a 429 comes back. Request ids are attached.' },
  { weight: 2, priority: 'normal', subject: 'Two accounts for the same company', body: 'A colleague opened a second workspace by mistake and pays for it, too. Can you merge them and credit the last invoice?' },
  { weight: 2, priority: 'low', subject: 'Webinar recording', body: 'Could you send me the recording of the webinar about capacity planning? I registered, but had to leave early. Thanks, {name}' },
  { weight: 2, priority: 'high', subject: 'Reports are an hour behind', body: 'Since the weekend the dashboard lags by an hour or more. We steer the warehouse by it.' },
  { weight: 2, priority: 'normal', subject: 'Ownership of the account', body: 'Our former administrator has left the company. Please make me the owner. I can send a letter from our management.\n{name}' },
  { weight: 2, priority: 'normal', subject: 'Umlaute in PDF export ("Größe" -> "Gr??e")', body: 'In exported PDFs all umlauts are question marks: "Größe", "Überstunden", "Maß". On screen they are right.' },
  { weight: 2, priority: 'low', subject: 'Discount for nonprofits', body: 'We are a registered charity and heard there are special terms. What do you need from us?' },
  { weight: 2, priority: 'high', subject: 'Refund for duplicate charge', body: 'Our statement shows the same amount twice on the same day. One of them should come back, please. Reference ends in {n}.' },
  { weight: 2, priority: 'normal', subject: 'SSO with a second identity provider', body: 'After the merger we have {n} people on another identity provider. Can both be connected at once?' },
  { weight: 1, priority: 'urgent', subject: 'Possible access by a former employee', body: 'We see sign-ins of a person who left two weeks ago. Please end all their sessions and tell us what was opened since.' },
  { weight: 2, priority: 'low', subject: 'Thank you', body: 'Ravi solved in ten minutes what we had been trying for a week. Just wanted to say so.\n{name}' },
  { weight: 2, priority: 'normal', subject: 'Calendar sync shows everything twice', body: 'Since the last update each of our {n} shifts is in the calendar twice, once in UTC.' },
  { weight: 1, priority: 'normal', subject: 'カレンダーの週の始まりを月曜日にしたい', body: '設定画面で見つけられませんでした。チーム{n}名全員に適用したいです。よろしくお願いします。' },
  { weight: 1, priority: 'normal', subject: 'تعذر رفع الملفات', body: 'عند رفع أي ملف أكبر من {n} ميغابايت يتوقف التحميل دون رسالة خطأ. نرجو المساعدة.' },
]
