### The same for several who were ticked.

several-chosen = With those ticked
several-chosen-many = Ticked: %count%
several-choose = Tick { $name }
several-choose-all = Tick all on this page
several-role = Make them: { $role }
several-go-on = Go on
several-refused =
    { $count ->
        [one] One is left out
       *[other] { $count } are left out
    }
several-unknown = Somebody who is not here any more
several-back = Back to the list
done-several-done = Done, for all that were ticked.
done-none-chosen = Nothing was ticked, so nothing was done. Tick some first.
several-role-title = { $count ->
    [one] Change the role of one member to { $role }?
   *[other] Change the role of { $count } members to { $role }?
}
several-role-what = The new role holds from the next click on, without a new sign-in.
several-role-submit = { $count ->
    [one] Change one member
   *[other] Change { $count } members
}
several-role-done = { $count ->
    [one] The role of one member is now { $role }
   *[other] The role of { $count } members is now { $role }
}
several-allocate-seat-title = { $count ->
    [one] Allocate one seat?
   *[other] Allocate { $count } seats?
}
several-allocate-seat-what = Each gets full access and is told by mail.
several-allocate-seat-submit = { $count ->
    [one] Allocate one seat
   *[other] Allocate { $count } seats
}
several-allocate-seat-done = { $count ->
    [one] One seat allocated
   *[other] { $count } seats allocated
}
several-release-seat-title = { $count ->
    [one] Release one seat?
   *[other] Release { $count } seats?
}
several-release-seat-what = The members stay, with limited access, and the seats are free for others.
several-release-seat-submit = { $count ->
    [one] Release one seat
   *[other] Release { $count } seats
}
several-release-seat-done = { $count ->
    [one] One seat released
   *[other] { $count } seats released
}
several-reactivate-title = { $count ->
    [one] Reactivate one member?
   *[other] Reactivate { $count } members?
}
several-reactivate-what = They have access again, with the same role.
several-reactivate-submit = { $count ->
    [one] Reactivate one member
   *[other] Reactivate { $count } members
}
several-reactivate-done = { $count ->
    [one] One member reactivated
   *[other] { $count } members reactivated
}
several-suspend-title = { $count ->
    [one] Suspend one member?
   *[other] Suspend { $count } members?
}
several-suspend-what = Access ends at once. Role, seat and dates stay, and you can reactivate them at any time.
several-suspend-submit = { $count ->
    [one] Suspend one member
   *[other] Suspend { $count } members
}
several-suspend-done = { $count ->
    [one] One member suspended
   *[other] { $count } members suspended
}
several-remove-title = { $count ->
    [one] Remove one member?
   *[other] Remove { $count } members?
}
several-remove-what = Access ends at once, and each is told by mail. To come back, they must be invited again.
several-remove-submit = { $count ->
    [one] Remove one member
   *[other] Remove { $count } members
}
several-remove-done = { $count ->
    [one] One member removed
   *[other] { $count } members removed
}
several-resend-title = { $count ->
    [one] Send one invitation again?
   *[other] Send { $count } invitations again?
}
several-resend-what = Each gets a new mail with a new link. The older links stop working.
several-resend-submit = { $count ->
    [one] Send one invitation again
   *[other] Send { $count } invitations again
}
several-resend-done = { $count ->
    [one] One invitation sent again
   *[other] { $count } invitations sent again
}
several-revoke-title = { $count ->
    [one] Withdraw one invitation?
   *[other] Withdraw { $count } invitations?
}
several-revoke-what = The links stop working at once and say that the invitation was withdrawn. Seats that they reserve are free for others.
several-revoke-submit = { $count ->
    [one] Withdraw one invitation
   *[other] Withdraw { $count } invitations
}
several-revoke-done = { $count ->
    [one] One invitation withdrawn
   *[other] { $count } invitations withdrawn
}
now-resend = Sending again
now-allocate-seat = Allocating a seat
now-release-seat = Releasing the seat
now-reactivate = Reactivating
invite-look = How the mail will look
invite-look-hint = Press “Preview” to see it with the role, the words and the validity that you have chosen.
invitation-expired-on = Expired on { $date }
badge-state-scheduled = Scheduled
badge-state-pending = Pending
badge-state-accepted = Accepted
badge-state-declined = Declined
badge-state-revoked = Withdrawn
badge-state-expired = Expired
overview-log = The whole log
member-history-joined = Joined the organization
mailbox-text = The text part
