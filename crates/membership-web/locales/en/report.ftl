### The roster report: who has had a login since when, and who uses it.

report-title = Login report
report-lead = Who has set up a login and when, who signs in, and who never did. All days are in UTC.
report-members = Members
report-with-login = With a login
report-never-signed-in = Of these, never signed in
report-over-time = Logins over time
report-span-choice = Length of time
report-days = { $count ->
    [one] One day
   *[other] { $count } days
}
report-span = { $from } to { $to }
report-told = { $span }: { $logins } at the end.
report-logins = { $count ->
    [one] one login
   *[other] { $count } logins
}
report-key-logins = Members with a login
report-key-rounds = Rounds
report-rounds-left-out = { $count ->
    [one] One earlier round of this time is not marked.
   *[other] { $count } earlier rounds of this time are not marked.
}
report-as-table = The same as a table
report-table-hint = Days and weeks without a new login or a round are left out.
report-when = When
report-set-up = Set up
report-total = In all
report-before = Before
report-nothing = Nobody has a login yet, and no round was sent.
report-people = Who
report-none = Nobody here. Choose another filter.
report-filter-all = All ({ $count })
report-filter-with = With a login ({ $count })
report-filter-without = Without a login ({ $count })
report-filter-never = Never signed in ({ $count })
report-filter-lately = { $count ->
    [one] Signed in since yesterday
   *[other] Signed in within { $count } days
}
report-since = Signed in since
report-since-submit = Show
report-sort-last-login = Last signed in first
report-sort-login-since = Newest login first
report-login-since = Login since { $date }
report-no-login = No login yet: { $written }
report-last-login = Last signed in on { $moment }
report-never = Never signed in
report-unused = login unused

## Rounds under way, on the page of the roster.

round-given-up = stopped
round-progress = Round { $number } is under way
round-finished = Round { $number } is finished
round-progress-again = Show how far it is now
round-never-invited = { $count ->
    [0] nobody left who was never invited
    [one] one person was never invited so far
   *[other] { $count } people were never invited so far
}
member-number = No. { $number }

## Adding somebody to the roster.

field-number = Number
hint-number = The one in your own books, if you use numbers; each belongs to one member.
field-labels = Labels
hint-labels = Several are separated by a vertical bar: rowers | juniors
invalid-labels-too-many = These are too many labels: at most { $limit }. Take some off.
invalid-labels-too-long = A label has at most { $limit } characters. Shorten it.
invalid-number-too-long = A number has at most { $limit } characters. Shorten it.
