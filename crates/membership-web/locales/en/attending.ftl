### Groups, programs and their sessions.

groups-title = Groups
groups-none = There is no group yet. A group is a set of members: invite people into it, and let it attend programs.
group-new = New group
group-make = Make the group
field-group-name = Name of the group
group-id = Id:
group-id-why = By this id, imports and the API name the group:
group-about = About the group
group-empty = Nobody is in this group yet.
group-coming = Bring people in
hint-group-addresses = Members come in at once. Who is not a member yet is invited, with the default role, and comes in by accepting. All of them are enrolled in what the group attends.
group-delete = Delete the group
group-delete-title = Delete the group { $name }?
group-delete-members =
    { $count ->
        [0] Nobody is in it.
        [one] One member is in it, and stays a member of the organization.
       *[other] { $count } members are in it, and stay members of the organization.
    }
group-delete-sessions = They leave the programs and sessions that they attend only through this group.
group-delete-shares = Records that are shared with this group are no longer shared with it.
group-delete-invitations = Invitations into this group stay valid, and lead into the organization only.
members-count =
    { $count ->
        [one] 1 member
       *[other] { $count } members
    }
groups-count =
    { $count ->
        [0] No group
        [one] 1 group
       *[other] { $count } groups
    }
bring-in = Bring in
bring-in-addresses = Bring them in
take-out = Take out
rename = Rename
find-member = Or find a member by name
finder-none-found = Nobody who could come in has a name or address that contains “{ $text }”. Who may not act is left out.
finder-present = In already
came-title = What became of each
came-added = Added
came-invited = Invited
came-promised = Comes in by accepting
came-not = Not added
export-csv = Export as CSV
field-groups = Groups
member-groups = Groups
member-groups-none = In no group.
member-groups-add = Add to a group

programs-title = Programs
programs-none = There is no program yet. A program is something members attend, in sessions that have dates.
program-new = New program
program-make = Make the program
program-about = About the program
program-change = Change the program
program-delete = Delete the program
program-groups = These groups attend all of its sessions:
program-no-groups = No group attends all of it. Its sessions take groups, members and addresses one by one.
program-message = What its mail says
program-language = Its mail is in this language: { $language }
field-program-name = Name of the program
hint-program-message = Optional. Goes into the mail that everybody gets when a session begins. At most 1,000 characters.
hint-program-groups = Whoever is in one of these groups is enrolled in all sessions that are not over.
language-of-each-member = Each member's own, or else that of the organization
program-delete-title = Delete the program { $name }?
program-delete-sessions =
    { $count ->
        [0] It has no sessions.
        [one] Its session is deleted with it.
       *[other] Its { $count } sessions are deleted with it.
    }
program-delete-members = Groups and members stay as they are.
program-delete-mail = Mail for sessions that have not begun is not sent.

sessions-title = Sessions
sessions-none = No session has been planned yet.
session-new = New session
session-make = Plan the session
session-change = Change title or dates
session-delete = Delete the session
session-span = { $from } – { $until }
session-mails-on = Everybody who is enrolled by then gets a mail on { $date }. If the start moves, the mail moves with it.
session-groups = Groups that attend
session-no-groups = No group attends this session.
session-group-program = attends the whole program
session-coming = Enrol
session-delete-title = Delete the session { $title }?
session-delete-members =
    { $count ->
        [0] Nobody is enrolled.
        [one] One person is enrolled, and is enrolled no more.
       *[other] { $count } people are enrolled, and are enrolled no more.
    }
session-withdraw-title = Take the group { $group } out of { $title }?
session-withdraw-members =
    { $count ->
        [0] Nobody is enrolled through this group.
        [one] One person is enrolled through this group.
       *[other] { $count } people are enrolled through this group.
    }
session-withdraw-stay = Whoever is enrolled by name or through another group too stays enrolled; the others are enrolled no more.
session-delete-mail = If it has not begun, its mail is not sent.
hint-session-groups = All who are in them, today and later, are enrolled.
hint-session-addresses = Members are enrolled at once. Who is not a member yet is invited to the organization, and enrolled by accepting.
hint-time = Day and time in UTC.
enrol-submit = Enrol
enrolled-title = Enrolled
enrolled-none = Nobody is enrolled yet.
enrolled-by-name = By name
enrolled-through = Group: { $group }
phase-ahead = To come
phase-running = Now
phase-over = Over
field-title = Title
field-starts-at = Begins
field-ends-at = Ends
moment-short = { $date }, { $time }
month-of = { $month } { $year }
invalid-not-a-time = This is not a day and a time. It should look like 2027-01-31T09:00.
invalid-ends-before-start = It must end after it begins. Choose a later end.
invalid-groups-too-many = These are too many groups: at most { $limit }. Take some off.

done-group-made = The group is made. Now bring people in.
done-group-renamed = The new name is saved.
done-group-deleted = The group is deleted. Its members are still members.
done-group-joined = The member is in the group.
done-group-left = The member is not in the group any more.
done-program-made = The program is made. Now plan its first session.
done-program-saved = The program is saved.
done-program-deleted = The program and its sessions are deleted.
done-session-made = The session is planned. Now enrol people.
done-session-saved = The session is saved.
done-session-deleted = The session is deleted.
done-enrolled = Enrolled.
done-withdrawn = Taken out.

log-group-created = { $actor } made the group { $subject }
log-group-renamed = { $actor } renamed a group to { $subject }
log-group-deleted = { $actor } deleted the group { $subject }
log-program-created = { $actor } made the program { $subject }
log-program-changed = { $actor } changed the program { $subject }
log-program-deleted = { $actor } deleted the program { $subject }
log-session-created = { $actor } planned the session { $subject }
log-session-changed = { $actor } changed the session { $subject }
log-session-deleted = { $actor } deleted the session { $subject }
section-groups = Groups
section-programs = Programs
log-group-joined = { $actor } brought { $subject } into a group
log-group-left = { $actor } took { $subject } out of a group
log-member-enrolled = { $actor } enrolled { $subject } in a session
log-enrolment-ended = { $actor } took { $subject } out of a session

invite-check = Check the addresses
invite-judged = { $good } of { $all } can be invited. Nothing has been sent yet.
invite-judged-good = Can be invited
invite-judged-bad = Cannot be invited
hint-invite-groups = Accepting leads into these groups and enrols in what they attend.
field-send-at = Send on
hint-send-at = Day and time in UTC. Leave it empty, and the mail goes out at once.
