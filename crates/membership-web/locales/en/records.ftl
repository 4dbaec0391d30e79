### Records of the host application, and with whom they are shared.

section-records = Records
records-title = Records
records-lead = What the application keeps for this organization, as far as you reach it.
records-search = Find by id
records-type = Type
records-filter-all = All
records-filter-restricted = Restricted
records-filter-open = Open
records-none = There are no records yet. The application that keeps them makes them known here.
records-none-found = No record is like that.

level-view = May view
level-none = Not shared
level-edit = May edit
level-control = May control

record-restricted = Restricted
record-restricted-what = Only those reach it with whom it is shared, and those who control every record.
record-open-what = It is open: everybody with access reads it, and whoever may change records changes it.
record-restrict = Restrict
record-open = Open to everybody with access
record-about = About the record
record-reach = What you may do
record-registered = Known since
record-history = What happened
record-remove = Forget the record
record-remove-title = Forget the record { $name }?
record-remove-shares = { $count ->
    [0] It is shared with nobody.
    [one] Its one share ends.
   *[other] Its { $count } shares end.
}
record-remove-application = The application keeps what the record contains, and can make it known again.

record-shares = Shared with
record-shares-none = It is shared with nobody.
record-share = Share the record
record-share-group = Group
record-share-with-group = With a group
record-share-group-what = Whoever is in the group reaches the record, as long as they are.
record-share-group-submit = Share with the group
record-share-submit = Share
record-share-blind = You control this record, and may not see who belongs to the organization. Ask an administrator to share it.
record-unshare = End
record-level = They may
record-level-of = What { $name } may do
record-find-member = Find a member to share it with

done-record-shared = The record is shared.
done-record-unshared = The share has ended.
done-record-restricted = The record is restricted.
done-record-opened = The record is open to everybody with access.
done-record-removed = The record is forgotten here.

log-record-with = { $record } with { $name }
log-record-registered = { $actor } made the record { $subject } known
log-record-restriction-changed = { $actor } changed the restriction of the record { $subject }
log-record-removed = { $actor } had the record { $subject } forgotten
log-record-shared = { $actor } shared the record { $subject }
log-record-unshared = { $actor } ended the share of the record { $subject }
changed-level = Level
changed-restricted = Restricted
