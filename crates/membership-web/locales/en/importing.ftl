### Many people at once: a file is chosen, tried, started, watched, and taken back.

import-short = Import a file
import-title = Import people from a file
import-lead = Bring in many people at once, from a spreadsheet saved as CSV. First you are shown what would become of each row; nothing is written before you say so.
import-template = Download the template
import-terms = Options
import-try = Show me what would happen
import-try-why = Nothing is written yet.
import-columns = What a row can say
import-columns-why = A first row may name the columns, in any order. Without one they are taken in this order; the last three need a name.
import-earlier = Imports of the last 30 days
import-rows = { $count ->
    [one] One row
   *[other] { $count } rows
}
import-line = Line { $line }
import-of = Import of { $moment }
import-state-running = Under way
import-state-done = Done
import-state-undoing = Being taken back
import-state-undone = Taken back
import-done-of = { $done } of { $total } rows
import-goes-on = It goes on by itself; you can close this page.
import-look-again = Look again
import-to-members = To the members
import-result = Download the result
import-another = Import another file
import-unhappy = Rows that need your attention
import-undo-until = Until { $moment } the members it made can be taken back, as long as they have not signed in.
import-undo = Take it back
import-undo-title = Take this import back
import-undo-goes = { $count ->
    [0] No member will go: nobody it made is left unused.
    [one] One member whom it made will go, with their personal link.
   *[other] { $count } members whom it made will go, with their personal links.
}
import-undo-stays = { $count ->
    [one] One stays, because they have a login of their own by now or you may not remove them.
   *[other] { $count } stay, because they have a login of their own by now or you may not remove them.
}
import-undo-changes = What it changed of members who were there before stays changed.

field-file = File
hint-file = CSV with commas, semicolons or tabs; at most 10,000 rows and 5 MiB.
import-file-kept = The file you chose is kept. Choose another one or paste rows, and those take its place.
field-rows = Or paste rows
hint-rows = One person a line: last name, first name, e-mail address, and so on, as in the template. A file that was chosen comes first. Choose a file for more than about 1,000 people: if your sign-in ends meanwhile, a longer list is not kept.
field-existing = People who are members already
existing-fill = Fill in
existing-fill-about = What was empty is filled; everything else stays.
existing-replace = Replace
existing-replace-about = What the row says takes the place of what was there; what the row leaves empty stays.
existing-ignore = Leave alone
existing-ignore-about = They stay as they are.
field-import-role = Role of new members
hint-import-role = For rows that name none. Name, password and language of people who have a login stay theirs in any case.

column-last-name = Last name
column-last-name-about = At least a last or a first name.
column-first-name = First name
column-first-name-about = At least a last or a first name.
column-email = E-mail address
column-email-about = Members are recognised by it. Without one the person is put on the list without a login.
column-labels = Labels
column-labels-about = Several are separated by a vertical bar: France | North.
column-send-email = Send an e-mail
column-send-email-about = 1 sends the person their credentials: the name to sign in with and a personal link. 0 or nothing sends none.
column-password = Initial password
column-password-about = Lets the person in once, within 14 days, and must then be replaced. It is never mailed.
column-language = Language
column-language-about = en or fr.
column-additional-information = Additional information
column-additional-information-about = Only the CSV export and the API show it.
column-groups = Groups
column-groups-about = Ids as the groups' pages show them; several are separated by a vertical bar.
column-number = Number
column-number-about = The organization's own number of the member.
column-role = Role
column-role-about = The role's key, such as trainee.
column-deactivates-at = Deactivation date
column-deactivates-at-about = A day such as 2027-01-31, on which access ends by itself.

trial-title = What would happen
trial-rows = { $count ->
    [one] The file has one row.
   *[other] The file has { $count } rows.
}
trial-lead = Nothing is written yet.
trial-added = To be added
trial-updated = To be changed
trial-unchanged = Stay as they are
trial-failed = Not possible
trial-undone = Taken back
trial-kept = Kept
trial-start = { $count ->
    [one] Import one person
   *[other] Import { $count } people
}
trial-nothing = There is nothing to import in this file. Correct the rows below and choose it again.
trial-another = Choose another file
trial-again = Show again with these options
trial-columns = The columns as they were understood
trial-by-header = The first row named them.
trial-by-place = No row named them, so they were taken in the order of the template.
trial-no-sample = Empty
trial-each = Row by row
trial-shown = Rows { $from } to { $until }; those that are not possible come first.
trial-before = Earlier rows
outcome-added = Added
outcome-updated = Changed
outcome-unchanged = Unchanged
outcome-failed = Not possible
outcome-undone = Taken back
outcome-kept = Kept

### What is wrong with a row.

row-problem = { $column }: { $text }
row-address-missing = Whoever has a password or is sent an e-mail needs an address. Add it, or leave the password out and put 0 for the e-mail.
row-formula = This begins with =, +, - or @, which a spreadsheet would run. Take the sign away.
row-not-a-switch = Write 1 to send an e-mail, or 0.
row-not-an-id = This is not a group's id. Copy it whole, as the group's page shows it.
row-not-a-time = This is not a date. It should look like 2027-01-31.
row-duplicate = An earlier row says the same. Remove one of the two.
row-too-many-cells = The row has more cells than there are columns. Put cells that contain the separator in quotation marks.
row-open-quote = This goes over several lines. Close the quotation mark that was opened in it.
row-row-lost = The key that this row was sealed with is gone. Import the row again.
row-in-use = The person has a login of their own by now. Remove the member instead.
row-empty = There is neither a last nor a first name. Add one of them.
row-unknown-language = We do not speak this language. Write en or fr.
row-unknown-role = There is no such role here. Use the key of one that there is, such as trainee.
row-role-above-yours = This role is above yours. Name a lower one.
row-permission-missing = You may not do this with the row. Ask an administrator.
row-rate-limited = This mailbox has had as many invitations and personal links as it may have for now. Import the row again later, or put 0 for the e-mail.
row-seat-limit-reached = All seats were taken when it came to this row. Free some and import the row again.

### What is wrong with a file.

invalid-file-none-chosen = Choose a file, or paste rows.
invalid-file-to-be-chosen-again = This file has waited for too long. Choose it again.
invalid-file-too-large = This file is larger than 5 MiB. Split it and import the parts one after the other.
invalid-too-many-rows = This file has more than { $limit } rows. Split it and import the parts one after the other.
invalid-not-a-table = This is not a table in text form. Save it as CSV in your spreadsheet program.
invalid-empty-file = This file has no rows. Download the template to see what one looks like.
invalid-unknown-column = The first row names a column that is not known: { $quoted }. Remove it, or use a name of the template.
invalid-repeated-column = The first row names the column { $quoted } twice. Remove one of them.
invalid-open-quote = In the row of line { $limit } a quotation mark is not closed. Close it, or double it.
