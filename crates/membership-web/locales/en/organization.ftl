### The pages of one organization.

overview-waiting = { $count ->
    [one] You are next.
   *[other] You are number { $count } of those who wait.
}
overview-you = You here
overview-see-members = See the members
overview-see-invitations = See the invitations
overview-see-seats = See the seats
access-until = Your access ends on { $date }.

members-title = Members
members-search = Search by name or address
members-none-found = Nobody's name or address contains “{ $text }”.
members-none-fits = No member fits these filters.
members-end = There are no more members.
member-actions = Actions for { $name }
member-no-address = No address
member-since = Joined { $date }
member-until = access until { $date }
invite-people = Invite people
invitations-title = Invitations
invitations-outstanding = Outstanding invitations
invitations-none = No invitation is outstanding.
invitations-none-found = No outstanding invitation is to an address that contains “{ $text }”.
invitation-actions = Actions for the invitation to { $email }
invitation-by = Invited by { $name }
invitation-by-nobody = Invited on behalf of the organization
invitation-sends = sent { $count } times
invitation-expires = Can be accepted until { $date }
invitation-opens = Goes out on { $date }

action-role = Change role
action-allocate-seat = Allocate a seat
action-release-seat = Release the seat
action-deactivation-date = Set an end date
action-reactivate = Reactivate
add-member = Add a person
add-member-title = Add a person
add-member-lead = Somebody you add is a member at once, also without an address. They sign in with an initial password, or set up their own login by a personal link.
field-member-name = Name
field-set-up-link = Personal link to set up a login
set-up-link-none = None for now
set-up-link-mail = Send it by e-mail
set-up-link-hand = I hand it over
set-up-link-lead = Give this link to { $name } and to nobody else: whoever opens it can set up the login. Earlier links of this person are dead.
field-initial-password = Initial password
hint-initial-password = At least { $count } characters. It works once, within 14 days; the person must then choose another. You have to tell it to them: it is never sent by mail.
action-login = Change the login
confirm-login-title = The login of { $name }
confirm-login-what = What you leave empty stays. A new initial password ends every sign-in, works once within 14 days, and must then be replaced. The person is told by mail.
action-set-up-link = Send a set-up link
confirm-set-up-link-title = A personal link for { $name }
confirm-set-up-link-what = By this link the person chooses a username and a password. It works once, within 14 days; earlier links are dead.
action-sign-out = Sign out everywhere
confirm-sign-out-title = Sign { $name } out everywhere
confirm-sign-out-what = Every browser and program that is signed in as this person is signed out at once. The person is told by mail.
action-suspend = Suspend
action-transfer-ownership = Transfer ownership
action-remove = Remove
action-resend = Send again
action-link = Get a link to hand over
invite-again = Invite again
action-revoke = Withdraw
confirm-role-title = Change the role of { $name }
confirm-role-what = The new role holds from the next click on, without a new sign-in.
confirm-allocate-seat-title = Allocate a seat to { $name }
confirm-allocate-seat-what = The member gets full access and is told by mail.
confirm-release-seat-title = Release the seat of { $name }
confirm-release-seat-what = The member stays, with limited access, and the seat is free for somebody else.
confirm-deactivation-date-title = When does the membership of { $name } end?
confirm-deactivation-date-what = From that moment on the member has no access, and the seat is free. The record stays and can be reactivated.
confirm-reactivate-title = Reactivate { $name }
confirm-reactivate-what = The member has access again, with the same role.
confirm-suspend-title = Suspend { $name }
confirm-suspend-what = Access ends at once. Role and dates stay, and you can reactivate the member at any time.
confirm-suspend-seat = The seat stays with the member.
confirm-transfer-ownership-title = Transfer the ownership to { $name }
confirm-transfer-ownership-what = The new owner alone can then pass the ownership on or delete the organization.
confirm-transfer-ownership-you = You stay as { $role }. Only the new owner can give the ownership back.
confirm-remove-title = Remove { $name }
confirm-remove-what = Access ends at once, and the person is told by mail. To come back, they must be invited again.
confirm-remove-seat = The seat is free for somebody else.
confirm-resend-title = Send the invitation to { $email } again
confirm-resend-what = A new mail goes out with a new link. The older links stop working.
confirm-link-title = Hand over the invitation to { $email } yourself
confirm-link-what = You get a new link, shown once. The links that were mailed stop working. Because it does not come by mail, it does not prove that the mailbox is theirs.
confirm-revoke-title = Withdraw the invitation to { $email }
confirm-revoke-what = Its link stops working at once and says that the invitation was withdrawn.
confirm-revoke-seat = The seat that it reserves is free for somebody else.
field-role = Role
field-deactivation-date = Access ends on
hint-deactivation-date = At the beginning of that day (UTC). Leave it empty, and the membership does not end by itself.

invite-title = Invite people
field-addresses = E-mail addresses
hint-addresses = One or many, at most { $count }: separated by commas, semicolons, blanks or new lines. “Name <address>” is fine, too.
invite-more = Message, language, dates and delivery
invite-submit = Invite
field-message = Your own words
hint-message = Optional. Goes into the mail and onto the page behind the link. At most 1,000 characters.
field-mail-language = Language of the mail
field-expires = Valid for how many days?
hint-expires = Leave it empty for { $days } days. At most { $most }.
field-deliver = How does the link reach them?
deliver-mail = By e-mail
deliver-mail-about = The usual way. Opening the link proves that the mailbox is theirs.
deliver-hand = I hand it over
deliver-hand-about = No mail is sent. You see each link once and pass it on yourself.
invite-outcomes = What became of each address
invite-invited = Invited
invite-not-invited = Not invited
invite-links-once = Links are shown this once. Addresses that could not be invited are still in the form below.
keys-title = API keys
keys-lead = By a key a program acts for whoever made it: with what the key allows, and never with more than that person may do at the time.
keys-none = There are no keys.
new-key = New key
new-key-title = New key
new-key-submit = Make the key
new-key-lead = The key acts for you. It ends with your membership, and whatever you may no longer do, it may no longer do.
field-scopes = What the key may do
field-key-name = Name of the key
hint-key-name = What it is for, such as the program that uses it.
field-key-days = How long it lasts
key-days = { $count ->
    [one] one day
   *[other] { $count } days
}
key-made-title = The key “{ $name }”
key-made-lead = Keep it where only the program finds it. Whoever has it can do what it allows.
key-label = Key
key-by = Made by { $name }
key-by-nobody = Its maker has left
key-used = last used { $moment }
key-never-used = never used
key-expires = until { $date }
key-revoked = revoked on { $date }
key-state-usable = Usable
key-state-idle = Its maker may not act
key-state-weak = Made without a second factor
key-state-expired = Expired
key-state-revoked = Revoked
key-revoke = Revoke
key-revoke-named = Revoke the key { $name }
confirm-revoke-key-title = Revoke the key “{ $name }”
confirm-revoke-key-what = Every program that uses this key is refused from its next request on.
confirm-revoke-key-final = It cannot be taken back. A new key has to be given to the program.
shown-once-hint = It is shown this once. Select and copy it.
letter-print = Print the letter
letter-hint = Below is a letter for whoever has no e-mail. Printing this page prints the letter alone. It is shown this once.
link-title = The link
link-lead = Give this link to { $email } and to nobody else: whoever opens it can answer the invitation.
link-label = Link
link-done = Done

leave = Leave
leave-title = Leave { $organization }?
leave-access = Your access ends at once.
leave-back = To come back, you must be invited again.
leave-seat = Your seat is free for somebody else.

seats-title = Seats
seats-limit = In total
seats-no-limit = without limit
seats-assigned = Assigned to members
seats-reserved = Reserved by invitations
seats-free = Free
seats-unlimited = Every member has full access; nobody needs a seat.
seats-on-joining = Joining takes a seat.
seats-on-inviting = An invitation reserves a seat, and accepting it assigns the seat.
seats-by-hand = Members join without a seat. Full access begins when a seat is allocated to them here.
seats-who = Only the operator of this deployment changes the number of seats. Ask them if you need more.
subscription-title = Subscription
subscription-active = The subscription holds.
subscription-grace = The subscription has ended. Everything can still be used for the days of grace, but nobody can be invited and no seat can be given.
subscription-expired = The subscription has ended, and access is limited until the operator renews it.
subscription-ends = It ends on { $date }.
subscription-ended = It ended on { $date }.
subscription-grace-ends = The days of grace end on { $date }.
subscription-contact = For more seats or time, ask: { $contact }
subscription-seats = Manage the seats
seats-waiting = Waiting for a seat
seats-waiting-further = { $count ->
    [one] One more waits after them.
   *[other] { $count } more wait after them.
}
seats-several = Tick everybody who is to get a seat.
seats-several-submit = Allocate to those ticked
seats-not-all = Not everybody got a seat.
when-full-title = When all seats are taken
when-full-wait = Whoever joins then waits, with limited access, and gets the next seat that comes free.
when-full-refuse = Whoever wants to join then is refused, and the invitation stays.
when-full-to-wait = Let them wait
when-full-to-refuse = Refuse them
seats-without = Members without a seat
seats-without-none = Every member has a seat.
seats-with = Members with a seat
seats-with-none = Nobody has a seat yet.

settings-title = Settings
backup-title = Backup
backup-what = A file with everything the organization has: members, invitations, groups, programs, records, rules and the audit log.
backup-hint = It holds personal data, so keep it safe. Passwords and keys are not in it. The operator of this service can restore it.
backup-take = Download a backup
settings-id = Id of the organization:
rename-title = Name
looks-title = Looks and sender
field-accent = Accent colour
hint-accent = Such as #0b5cad, dark enough for white text. Leave it empty for the colours of this site.
field-logo-url = Logo
hint-logo-url = The https address of a picture; it heads the mails and stands beside the name on these pages. Whoever sees it fetches it from there.
field-sender-name = Sender of the mails
hint-sender-name = The name that mails come from. Leave it empty for that of this site.
field-reply-to = Answers to mails go to
delete-title = Delete the organization
delete-members =
    { $count ->
        [one] Nobody but you is a member, and you lose access at once.
       *[other] All { $count } members lose access at once, and so do you as one of them.
    }
delete-invitations =
    { $count ->
        [0] No invitation is outstanding.
        [one] One outstanding invitation cannot be accepted any more.
       *[other] { $count } outstanding invitations cannot be accepted any more.
    }
delete-final = You cannot undo this.
field-confirm-name = Type the organization's name to confirm
hint-confirm-name = Type “{ $name }”.
delete-name-differs = This is not the organization's name, so nothing was deleted. Type it exactly as it is.
delete-submit = Delete for good

log-title = Log
log-lead = Who changed what, the newest first. Nobody can edit it.
log-end = There are no more entries.
log-older = Older entries
log-by-operator = The operator
log-by-operator-named = { $name } (operator)
log-by-invitee = Somebody who holds the link
log-by-system = The service
log-by-somebody = Somebody
log-other = { $actor } changed { $subject }
log-organization-founded = { $actor } created the organization { $subject }
log-organization-renamed = { $actor } renamed the organization to { $subject }
log-organization-branded = { $actor } changed how the organization looks and signs
log-backup-taken = { $actor } took a backup
log-organization-restored = The organization was restored from a backup
log-organization-deleted = { $actor } deleted the organization
log-ownership-transferred = { $actor } transferred the ownership of { $subject }
log-seat-limit-set = { $actor } changed the number of seats
log-subscription-set = { $actor } changed the subscription
log-subscription-end-announced = The administrators were told that the subscription ends
log-when-full-set = { $actor } changed what becomes of people who find no seat
log-invitation-created = { $actor } invited { $subject }
log-invitation-renewed = { $actor } renewed the invitation to { $subject }
log-invitation-revoked = { $actor } withdrew the invitation to { $subject }
log-invitation-declined = { $actor } declined the invitation to { $subject }
log-invitation-expired = The invitation to { $subject } expired
log-invitation-accepted = { $actor } accepted the invitation to { $subject }
log-member-joined = { $subject } joined
log-member-role-changed = { $actor } changed the role of { $subject }
log-member-removed = { $actor } removed { $subject }
log-member-left = { $subject } left
log-member-suspended = { $actor } suspended { $subject }
log-member-reactivated = { $actor } reactivated { $subject }
log-deactivation-date-set = { $actor } changed the end date of { $subject }
log-member-deactivated = The membership of { $subject } ended on its date
log-seat-allocated = { $actor } allocated a seat to { $subject }
log-seat-released = { $actor } released the seat of { $subject }
log-import-begun = { $actor } began an import of people
log-import-advanced = { $actor } had rows of the import of { $subject } carried out
log-import-undo-begun = { $actor } had the import of { $subject } undone
log-api-key-created = { $actor } made the key “{ $subject }”
log-api-key-revoked = { $actor } revoked the key “{ $subject }”

field-owner-email = The owner's e-mail address
hint-owner-email = The invitation to own the organization goes there.
field-seat-limit = Number of seats
hint-seat-limit = Leave it empty for no limit.
field-plan = Plan
field-expires-at = Ends on
hint-expires-at = Leave it empty if it does not end.
field-grace-days = Days of grace
hint-grace-days = So long after the end everything can still be used, but nobody is invited and no seat is given.
field-organization-language = Language of its mails

filters = Filters
sort = Order
sort-name = By name
sort-newest = Newest first
filter-with-seat = With a seat
filter-without-seat = Without a seat
invitations-undelivered = Not delivered
invitations-accepted = Accepted
invitations-expired = Expired
invitations-declined = Declined
invitations-revoked = Withdrawn
invitations-outstanding-none = Nobody is being waited for. Invite somebody, and the invitation stands here until it is answered.
invitations-never = Nobody has been invited yet. Invite somebody, and the invitation stands here until it is answered.
invitations-undelivered-none = All mail has arrived.
invitations-accepted-none = Nobody has accepted an invitation yet.
invitations-expired-none = No invitation has expired.
invitations-declined-none = Nobody has declined.
invitations-revoked-none = No invitation was withdrawn.
attention-title = What needs attention
attention-none = Nothing does. All is well.
attention-look = Have a look
attention-seats = Allocate seats
attention-full = All seats are taken. Nobody else can be let in until one is free.
attention-undelivered =
    { $count ->
        [one] One invitation could not be delivered.
       *[other] { $count } invitations could not be delivered.
    }
attention-expired =
    { $count ->
        [one] One invitation has expired without an answer in the last 30 days.
       *[other] { $count } invitations have expired without an answer in the last 30 days.
    }
attention-waiting =
    { $count ->
        [one] One member waits for a seat.
       *[other] { $count } members wait for a seat.
    }
attention-grace = The subscription has ended, and the days of grace are running. Nobody can be invited.
attention-over = The subscription has ended, and access is limited.
attention-ends = The subscription ends on { $date }.
attention-in-line =
    { $count ->
        [one] One member is in line for the next free seat.
       *[other] { $count } members are in line for the next free seats.
    }
attention-link-lost =
    { $count ->
        [one] The mail with one personal link came back.
       *[other] The mails with { $count } personal links came back.
    }
attention-without-login =
    { $count ->
        [one] One member has not set up a login yet.
       *[other] { $count } members have not set up a login yet.
    }
recent-title = Lately
member-history = History
member-standing = Membership
member-joined = Joined
member-seat = Holds a seat
member-login = Has a login
member-what = What you can do
member-nothing = There is nothing here for you to change.
status-active = Active
log-filter = Show only
log-every = Everything
changed-role = Role
changed-owner-name = Owner
changed-name = Name
changed-seat-limit = Seats
changed-status = Status
changed-deactivates-at = Access ends
changed-state = State
changed-title = Title
changed-plan = Plan
changed-expires-at = Ends
changed-grace-days = Days of grace
changed-when-full = When all seats are taken
changed-seat = Seat
changed-email = E-mail address
changed-first-name = First name
changed-last-name = Last name
changed-number = Number
changed-labels = Labels
changed-language = Language
changed-starts-at = Begins
changed-ends-at = Is over
changed-message = Message
changed-subject = Subject
changed-text = Text
changed-to-wait = people wait
changed-to-refuse = people are refused
event-invitation-created = Invitations sent
event-invitation-accepted = Invitations accepted
event-invitation-revoked = Invitations withdrawn
event-member-joined = People who joined
event-member-role-changed = Changed roles
event-member-suspended = Suspensions
event-member-reactivated = Reactivations
event-member-removed = Removals
event-member-left = People who left
event-seat-allocated = Seats allocated
event-seat-released = Seats released
log-only-by = Only by { $name }
log-only-about = Only about { $name }
log-all-about = Everything about { $name }
log-done-by = Everything { $name } has done
filter-remove = Take this filter away
event-invitation-renewed = Invitations sent again
event-invitation-expired = Invitations that expired
event-organization-renamed = New names of the organization
event-subscription-set = Changes of the subscription
event-template-saved = Changed mail texts
event-api-key-created = Keys made
event-api-key-revoked = Keys revoked
event-ownership-transferred = Transfers of ownership

templates-title = Mail texts
templates-lead = What the organization's mails say. Change a text to make it your own; a reset brings the built-in one back.
template-title = { $kind } ({ $language })
template-invitation = Invitation
template-reminder = Reminder of an invitation
template-account-set-up = Link to set up an account
template-program-invitation = A session has begun
template-invitation-accepted = Somebody has joined (to administrators)
template-seat-allocated = A seat was allocated
template-seat-awaited = A seat is awaited
template-seats-filling = The seats fill up (to administrators)
template-access-ending = Access will end
template-access-ended = Access has ended on its date
template-access-removed = Access was removed
template-member-deactivating = A member's access will end (to administrators)
template-member-deactivated = A member's access has ended (to administrators)
template-badge-own = own text
template-badge-built-in = built in
template-badge-broken = not usable
template-own = The organization uses a text of its own.
template-built-in = The built-in text is in use.
template-broken = This text cannot be used any more, so mails go out with the built-in one. Change it, or reset it.
template-preview = Preview
template-preview-text = Preview as plain text
template-preview-title = How it looks
template-preview-hint = With your organization's data. The personal link is an example.
template-no-preview = There is nothing to show yet
template-placeholders = What can be filled in
template-conditions = To say something only where there is something to say:
template-reset = Reset to the built-in text
template-reset-title = Reset this text?
template-reset-text = Mails written from now on use the built-in text. Your own text stays in the log.
template-reset-sent = Mails that wait to be sent keep the text they were written with.
field-subject = Subject
field-text = Text
hint-text = Plain text; the formatted part of the mail is made of it. A link on a line of its own becomes a button.
invite-word = Edit the mail's text
invite-own-text = Text of this mail
placeholder-organization = the organization's name
placeholder-inviter = who invites; nobody when the operator does
placeholder-role = the role
placeholder-message = the personal words, if there are any
placeholder-expires-at = until when the link can be used
placeholder-link = the link; in an invitation the personal one
placeholder-site = the name of this site
placeholder-name = the person's name
placeholder-username = the name to sign in with, if a login was prepared
placeholder-initial-password = whether a first password was set, which is never in a mail
placeholder-program = the program's name
placeholder-title = the session's title
placeholder-starts-at = when the session begins
placeholder-ends-at = when the session ends
placeholder-member = the member's name
placeholder-awaits-seat = whether the new member waits for a seat
placeholder-taken = how many seats are taken
placeholder-limit = how many seats there are
placeholder-full = whether all seats are taken
placeholder-at = the date
wording-missing-placeholder = The placeholder { $named } is missing, or does not show in every mail. Put it back.
wording-unknown-placeholder = There is no placeholder “{ $named }” in this mail. Use one of those listed below.
wording-not-a-placeholder = { $named } cannot be used. Use the placeholders and conditions listed below.
wording-only-a-condition = “{ $named }” only says yes or no. Use it as a condition, as listed below.
wording-unbalanced-condition = A condition is not closed: each { $named } needs its end. Add what is missing.
wording-too-many-placeholders = These are too many placeholders. At most { $named } are allowed; take some out.
log-template-saved = { $actor } changed the mail text { $subject }
log-template-reset = { $actor } reset the mail text { $subject }
log-invitation-worded = { $actor } wrote a text of their own for the invitation to { $subject }
### The roster: those who have no login, and the rounds in which they are written to.

section-roster = Without a login
roster-title = Without a login
roster-lead = These people are members and have not set up a login yet. A round sends each of them a personal link by mail; their earlier links die.
roster-search = Search by name, address, number or label
roster-none = Nobody here: everybody this would show has a login.
roster-filter-all = All ({ $count })
roster-filter-never = Never invited ({ $count })
roster-filter-bounced = Mail came back ({ $count })
roster-filter-round = Round { $number }
roster-write-all = Write to all who match
roster-several = Or tick some of them.
roster-write-several = Write to those ticked
roster-written = { $count ->
    [one] written to in one round
   *[other] written to in { $count } rounds
}
roster-written-last = { $times }, last on { $date }
roster-link-made = Personal link made on { $date }
roster-never = Never invited
roster-bounced = Mail came back
rounds-title = Rounds
rounds-none = No round was sent yet.
rounds-older = Older rounds
round-number = Round { $number }
round-started = { $date }, by { $name }
round-mailed = { $count ->
    [one] One mail
   *[other] { $count } mails
}
round-still-without = Who of them still has no login
round-under-way = under way
round-sure-title = Send this round?
round-would-mail = { $count ->
    [one] One person gets a mail with a personal link.
   *[other] { $count } people get a mail with a personal link.
}
round-sure-submit = Send now
left-out-has-login = { $count ->
    [one] one has a login
   *[other] { $count } have a login
}
left-out-no-address = { $count ->
    [one] one has no address: hand them their link
   *[other] { $count } have no address: hand them their link
}
left-out-not-active = { $count ->
    [one] one is not active
   *[other] { $count } are not active
}
left-out-above-yours = { $count ->
    [one] one ranks too high
   *[other] { $count } rank too high
}
left-out-gone = { $count ->
    [one] one is no member any more
   *[other] { $count } are no members any more
}
left-out-rate-limited = { $count ->
    [one] one has been sent as much as their mailbox may get for now: write to them later, or hand them their link
   *[other] { $count } have been sent as much as their mailboxes may get for now: write to them later, or hand them their link
}

### Clearing all logins.

clear-title = Clear all logins
clear-lead = Everybody would have to set up a login again by a personal link. For when logins cannot be trusted any more. First you see how many people it hits.
clear-link = Clear all logins …
clear-would-hit = { $count ->
    [0] It hits nobody.
    [one] It hits one person: they cannot sign in here any more and have to set up a login again.
   *[other] It hits { $count } people: they cannot sign in here any more and have to set up a login again.
}
clear-gone = { $count ->
    [one] One login is gone: this organization made it, and no other relies on it.
   *[other] { $count } logins are gone: this organization made them, and no other relies on them.
}
clear-untied = { $count ->
    [one] One account stays as it is and only opens this organization no more.
   *[other] { $count } accounts stay as they are and only open this organization no more.
}
left-alone-owner = The owner's login is left alone.
left-alone-yourself = Your own login is left alone.
left-alone-operator = { $count ->
    [one] One login is left alone: it belongs to whoever runs this service.
   *[other] { $count } logins are left alone: they belong to whoever runs this service.
}
left-alone-above-yours = { $count ->
    [one] One login is left alone: the member has your rank or a higher one.
   *[other] { $count } logins are left alone: these members have your rank or a higher one.
}
left-alone-set-up-since = { $count ->
    [one] One login is left alone: it was set up after this began.
   *[other] { $count } logins are left alone: they were set up after this began.
}
clear-keys = API keys that these people have made stop working for good.
clear-order = It goes in small steps, the oldest accounts first. Each person is told by mail if there is an address.
clear-undo = You can take it back for 24 hours. Whoever has set up a login anew by then keeps the new one.
clear-name-differs = This is not the organization's name, so nothing was cleared. Type it exactly as it is.
clear-submit = Clear all logins
clear-state-clearing = Logins are being cleared
clear-state-cleared = Logins cleared
clear-state-undoing = Logins are being given back
clear-state-undone = Taken back
clear-given-back = { $count ->
    [one] One login was given back.
   *[other] { $count } logins were given back.
}
not-given-back-set-up-anew = { $count ->
    [one] One was not given back: the person has set up a new login.
   *[other] { $count } were not given back: these people have set up a new login.
}
not-given-back-gone = { $count ->
    [one] One was not given back: the member is not here any more.
   *[other] { $count } were not given back: these members are not here any more.
}
not-given-back-taken = { $count ->
    [one] One was not given back: its username or address is another account's by now.
   *[other] { $count } were not given back: their usernames or addresses are other accounts' by now.
}
not-given-back-above-yours = { $count ->
    [one] One was not given back: the member has your rank or a higher one.
   *[other] { $count } were not given back: these members have your rank or a higher one.
}
clear-undo-until = It can be taken back until { $moment }.
clear-undo-link = Take it back …
clear-undo-title = Give the cleared logins back
clear-undo-back = Whoever was cleared and has not set up a login since gets the old one back: username, password, second factor.
clear-undo-anew = Whoever has set up a new login keeps it.
clear-undo-not = Sign-ins and API keys do not come back: people sign in again.
clear-undo-submit = Give them back
log-login-clear-begun = { $actor } began to clear all logins
log-login-clear-moved = All logins: cleared, or given back, a step further
log-login-clear-undo-begun = { $actor } began to give the cleared logins back
log-member-login-cleared = { $actor } cleared the login of { $subject }
log-member-login-given-back = { $actor } gave { $subject } the login back
