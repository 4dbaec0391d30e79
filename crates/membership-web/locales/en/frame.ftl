### The frame of every page, and words that several pages share.

site-name = Membership
site-navigation = Site
organization-navigation = Organization
skip-to-content = Skip to content
nav-organizations = My organizations
nav-operator = Operator
nav-profile = My profile
section-overview = Overview
section-members = Members
section-invitations = Invitations
section-seats = Seats
section-templates = Mail texts
section-keys = API keys
section-log = Log
section-settings = Settings

sign-in = Sign in
sign-out = Sign out
sign-up = Create an account
save = Save
cancel = Cancel
search = Search
search-clear = Show all
next-page = Next page
until = until
you = you
way-organizations = My organizations
way-organization = Go to the organization
way-sign-in = Sign in
way-mailbox = Open the development mailbox
problems =
    { $count ->
        [one] One entry below needs your attention.
       *[other] { $count } entries below need your attention.
    }

date = { $day } { $month } { $year }
moment = { $date }, { $time } UTC
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
language-en = English
language-fr = Français

role-owner = Owner
role-admin = Admin
role-administrator = Administrator
role-security_administrator = Security administrator
role-member = Member
role-author = Author
role-trainee = Trainee
role-editor = Editor
role-viewer = Viewer
can-organization-edit = rename the organization
can-members-view = see who belongs
can-records-read = read records
can-records-write = change records
can-records-control = control every record
can-members-invite = invite people
can-members-manage = change roles and dates, suspend and remove members
can-seats-allocate = allocate seats
can-templates-edit = edit mail templates
can-audit-view = read the log
can-backup-take = take backups
can-logins-manage = manage logins
can-keys-manage = manage API keys
can-operator-found = found organizations
can-operator-subscriptions = set the number of seats
can-operator-owners = assign owners
can-operator-invitations = handle invitations to owners
can-operator-data = take backups, list organizations, and ask what somebody may do
can-operator-keys = see and revoke the operator’s keys
can-nothing = Belongs to the organization, and administers nothing.
can-one = May { $what }.
can-several = May { $others } and { $last }.

state-scheduled = scheduled
state-pending = pending
state-accepted = accepted
state-declined = declined
state-revoked = revoked
state-expired = expired
delivery-none = Link handed over
delivery-queued = Mail is waiting
delivery-sent = Mail sent
delivery-deferred = Mail delayed
delivery-bounced = Mail bounced
delivery-failed = Mail failed

access-seat-awaited = Your access is limited until a seat comes free. Whoever has waited longest is next; you will get a mail.
access-subscription-expired = Your access is limited because the subscription has ended. The operator can renew it.
access-seat-missing = Your access is limited until you hold a seat. An administrator can allocate one to you.
access-membership-suspended = Your membership is suspended. Ask an administrator to reactivate it.
access-membership-deactivated = Your membership has ended on its date. Ask an administrator to reactivate it.
badge-seat-awaited = Waits for a seat
badge-subscription-expired = Subscription ended
badge-seat-missing = No seat
badge-membership-suspended = Suspended
badge-membership-deactivated = Deactivated

stop-not-found = There is nothing here
stop-not-found-text = The page does not exist, or it is not yours to see. Check the address, or start from your organizations.
stop-not-allowed = This is not open to you
stop-not-allowed-text = The rules of this organization do not let you do this, or the state of things has changed. Ask an administrator if you need it.
stop-form-expired = This form is out of date
stop-form-expired-text = It was not made for your present sign-in, so nothing was changed. Go back, reload the page and send it again.
stop-unreadable = This form could not be read
stop-unreadable-text = Some of the text is damaged, so nothing was changed. Go back, check what you typed and send it again.
stop-too-long = This is too long
stop-too-long-text = The form holds more text than is accepted, so nothing was changed. Go back and send less at a time.
stop-gone = This link cannot be used
stop-refused = This could not be done
stop-busy = One moment, please
stop-busy-text = The service has too much to do right now, and nothing was changed. Try again in a few seconds.
stop-too-often = Too many attempts
stop-too-often-text =
    { $count ->
        [one] To stop whoever guesses, nothing more is tried for now. Wait a minute, then try again. If you do not know your password, have a link mailed to you instead of guessing.
       *[other] To stop whoever guesses, nothing more is tried for now. Wait { $count } minutes, then try again. If you do not know your password, have a link mailed to you instead of guessing.
    }
stop-broken = Something is broken
stop-broken-text = The service could not do its work. It was written down for whoever runs it. Try again later.

done-signed-out = You are signed out.
done-verified = Your address is verified, and you are signed in. Welcome!
done-set-up = You are the operator of this deployment. Welcome!
done-profile-saved = Your profile is saved.
done-founded = The organization is ready, and you own it. Now invite people.
done-left = You have left the organization.
done-deleted = The organization is deleted.
done-template-saved = The text is saved. Mails written from now on use it.
done-template-reset = The built-in text is back in use.
done-renamed = The new name is saved.
done-looks-saved = The organization looks like this from now on.
done-invited = Invited. The mail is on its way.
done-resent = The invitation is sent again. Its older links have stopped working.
done-revoked = The invitation is withdrawn. Its link has stopped working.
done-role-changed = The new role holds from now on.
done-member-added = The person is a member now.
done-login-changed = The login is changed.
done-set-up-link-sent = The set-up link is on its way.
done-signed-out-member = The member is signed out everywhere.
done-key-revoked = The key is revoked and worth nothing any more.
done-key-made-already = Your first press made the key, and only that answer showed it. If you did not see it, revoke the key and make another.
done-suspended = The member is suspended and has no access any more.
done-reactivated = The member is active again.
done-date-set = The date is set. Access ends by itself on that day.
done-date-cleared = The date is taken away. The membership does not end by itself.
done-seat-allocated = The seat is allocated, and the member is told by mail.
done-seat-released = The seat is free again.
done-removed = The member is removed and has no access any more.
done-transferred = The ownership is transferred.
done-organization-awaits-owner = The organization is created, and its owner is invited by mail.
done-clear-begun = The logins are being cleared. It goes in small steps; further down you see how far it is.
done-clear-undone = The logins are being given back. Further down you see how far it is.
done-round-started = The round has begun. The mails go out in the background.
done-seats-allocated = The seats are allocated. Everybody gets a mail.
done-when-full-set = Your choice holds from now on.
done-subscription-set = What was sold holds from now on.
done-password-changed = Your new password holds from now on.
done-address-added = Open the link in the mail that is on its way to this address.
done-address-verified = The address is verified; you can sign in with it.
done-address-removed = The address is none of yours any more.
done-address-primary = We write to this address from now on.
done-sign-in-ended = That sign-in has ended.
done-sign-ins-ended = All other sign-ins have ended.

mailbox-title = Development mailbox
mailbox-why = no mail server is configured, so mail is kept there.
mailbox-warning = This is a development mailbox: no mail leaves this computer, and whoever opens this page can use every link in it. Configure a mail server, and it is gone.
mailbox-empty = No mail yet
mailbox-empty-text = Invite somebody, and the mail appears here.
mailbox-list = Mails, the newest first
mailbox-to = To { $address }
mailbox-html = How the mail looks

language = Language of the pages
theme = Appearance
theme-device = As the device
theme-light = Light
theme-dark = Dark
menu-switch = My organizations
menu-administer = Group membership
menu-all = All my organizations
crumbs = Where you are
copy = Copy
copied = Copied
why-not = Why can't I do more?
why-not-invite = Why can't I invite?

connection-lost = The connection was lost, and nothing came back. Try again.
found-count = { $count ->
    [0] Nothing is found
    [one] One is found
   *[other] { $count } are found
}
found-and-more = { $count } are shown, and there are more
undo = Undo
yes = yes
no = no
never = never
changed-meanwhile = Somebody else has changed this meanwhile. What is there now is shown beside what you typed. Send it once more to put yours in its place.
changed-now = Somebody else has changed this: it is now “{ $present }”.
typed-name = Name
typed-at = Access ends on
typed-days = How long it lasts
typed-deactivates-at = Access ends on
typed-expires-in-days = Valid for how many days?
typed-second-factor = Of whom is a second factor asked?
again-title = You are signed in again
again-lead = Your sign-in had ended before the form arrived. Nothing you typed is lost.
again-submit = Send it now
again-not = Do not send it
sign-in-ended = Your sign-in has ended. Sign in again, and what you typed is still there.
not-kept-title = Your sign-in has ended
not-kept-lead = The form is too long to be kept while you sign in, so nothing was changed. Copy what you need from here, sign in, and send it again; for a long list, choose a file.
