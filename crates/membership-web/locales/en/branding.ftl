### How an organization looks and signs.

branding-title = Look and sender
branding-lead = The colour and logo of the organization's pages and mails, and whom its mails come from.
branding-way = Change look and sender
branding-own-colour = A colour of its own
branding-changed = Somebody else has changed this meanwhile. What you typed is below; save once more to replace theirs.
field-accent = Colour
hint-accent = Where text stands on it or is written in it, it is made lighter or darker, so that everybody can read it.
field-logo-url = Address of the logo
hint-logo-url = An address that begins with https://. It is shown in mails, 40 pixels high.
field-sender-name = Mails come from
hint-sender-name = Such as “{ $name }”. The address stays that of this site.
field-reply-to = Answers go to
hint-reply-to = Leave it empty if nobody reads answers.
done-branded = Saved. The next page and the next mail look like this.
