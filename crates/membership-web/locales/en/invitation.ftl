### What a person sees who opens an invitation's link.

invitation-title = Invitation to { $organization }
invitation-overline = You are invited to
invitation-from = { $name } invites you.
invitation-from-nobody = The organization invites you.
invitation-role = You will be
invitation-for = For
invitation-until = Valid until
invitation-register = Tell who you are
invitation-accept = Accept the invitation
field-own-email = Your e-mail address
hint-own-email = Type the address that was invited ({ $email }), so that we know it is you.
invitation-or-sign-in = Or use your password:
invitation-sign-in-first = This link was handed over to you, and its address has an account here. Sign in first; the invitation stays open.
invitation-as = You are signed in as { $name }.
invitation-wrong-account = You are signed in as somebody else. Nothing has been used up: switch accounts, and the invitation is still here.
invitation-invited-address = Invited
invitation-present-address = Signed in
invitation-switch = Sign out and continue
invitation-already-member = You are a member of this organization already.
invitation-decline = Do you not want to join?
invitation-decline-what = If you decline, the link stops working. You can be invited again.
invitation-decline-submit = Decline the invitation
invitation-no-link = No invitation is open
invitation-no-link-text = Open the link in your mail once more. For your safety it stays open for an hour only.
declined-title = You have declined
declined-text = The link does not work any more. If you change your mind, ask to be invited again.

closed-invitation-accepted = The invitation was accepted
closed-invitation-revoked = The invitation was withdrawn
closed-invitation-declined = The invitation was declined
closed-invitation-expired = The invitation has expired
closed-link-superseded = There is a newer link
closed-invitation-not-open = Too early
closed-unknown-link = We do not know this link
closed-awaiting-owner = Not open yet
closed-yours-perhaps = This invitation was accepted before. If it was yours, the organization is among yours.
