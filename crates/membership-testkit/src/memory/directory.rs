//! Lists, straight from what `port.rs` says of them: filtered by the rules' own functions, sorted, cut into pages.

use std::collections::BTreeMap;

use async_trait::async_trait;
use membership_core::audit::AuditEntry;
use membership_core::email::EmailAddress;
use membership_core::group::Group;
use membership_core::id::{ClearId, GroupId, ImportId, MemberId, OrganizationId, UserId};
use membership_core::import::{Import, ImportCounts, ImportRow};
use membership_core::invitation::{Delivery, Invitation, InvitationState};
use membership_core::login_clear::{ClearedLogin, LoginClear};
use membership_core::member::{Member, MemberStatus};
use membership_core::organization::{Head, OrganizationState};
use membership_core::port::{
    AuditQuery, Cursor, Directory, EnrolledMember, EnrolledQuery, InvitationQuery, LONGEST_PAGE, MemberQuery,
    MemberSort, NamedQuery, OrganizationQuery, Page, RecordQuery, RecordsVisible, RoundQuery, SessionQuery, StoreError,
};
use membership_core::program::{Phase, Program, Session};
use membership_core::report::{Days, LoginsByDay};
use membership_core::resource::Resource;
use membership_core::role::RoleKey;
use membership_core::roster::{Invited, RosterGroup, Round};
use membership_core::typed_code::CodeLocator;
use membership_core::user::SignIn;
use time::OffsetDateTime;
use uuid::Uuid;

use super::dump::OrganizationRows;
use super::{FaultPoint, MemoryStore};
use crate::clock::micros;

fn counts(rows: &OrganizationRows, import: ImportId) -> ImportCounts {
    let mut counts = ImportCounts::new();
    let outcomes = rows.import_rows.range((import, 0)..=(import, u32::MAX)).filter_map(|(_, row)| row.outcome.as_ref());
    outcomes.for_each(|it| *counts.entry(it.result).or_default() += 1);
    counts
}

#[async_trait]
impl Directory for MemoryStore {
    async fn members(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Page<Member>, StoreError> {
        let (dump, now) = self.listing()?;
        let mut rows = listed(&dump, organization, query, now);
        let found = match query.sort {
            MemberSort::Name => {
                let key = |it: &Member| (it.name.as_str().to_lowercase(), it.id.0);
                rows.sort_by_cached_key(key);
                page(rows, query.limit, query.cursor.as_ref(), key, |place, cursor| {
                    (cursor.after.as_str(), cursor.id) < (place.0.as_str(), place.1)
                })
            }
            MemberSort::JoinedAt => {
                newest_first(rows, query.limit, query.cursor.as_ref(), |it| (it.joined_at, it.id.0))
            }
            MemberSort::LastLogin => {
                let at = |it: &Member| last_login(&dump, it).unwrap_or(OffsetDateTime::UNIX_EPOCH);
                newest_first(rows, query.limit, query.cursor.as_ref(), |it| (at(it), it.id.0))
            }
            MemberSort::LoginSince => {
                let since = |it: &Member| it.login_since.unwrap_or(OffsetDateTime::UNIX_EPOCH);
                newest_first(rows, query.limit, query.cursor.as_ref(), |it| (since(it), it.id.0))
            }
        };
        Ok(counted(found, !query.uncounted))
    }

    async fn invitations(
        &self,
        organization: OrganizationId,
        query: &InvitationQuery,
    ) -> Result<Page<Invitation>, StoreError> {
        let (dump, now) = self.listing()?;
        let rows = of(&dump, organization, |rows| {
            rows.invitations.values().filter(|it| is_asked_for(it, query, now)).cloned().collect()
        });
        Ok(newest_first(rows, query.limit, query.cursor.as_ref(), |it| (it.created_at, it.id.0)))
    }

    async fn records(&self, organization: OrganizationId, query: &RecordQuery) -> Result<Page<Resource>, StoreError> {
        let (dump, _) = self.listing()?;
        let rows = of(&dump, organization, |rows| {
            let with = |it: &Resource, id: MemberId| rows.reaches(&it.name, id);
            let visible = |it: &Resource| match query.visible {
                RecordsVisible::All => true,
                RecordsVisible::OpenAndSharedWith(id) => !it.restricted || with(it, id),
                RecordsVisible::SharedWith(id) => with(it, id),
            };
            let fits = |it: &&Resource| {
                query.kind.as_ref().is_none_or(|kind| it.name.kind() == kind)
                    && query
                        .text
                        .as_ref()
                        .is_none_or(|text| it.name.id().to_ascii_lowercase().contains(&text.to_ascii_lowercase()))
                    && query.restricted.is_none_or(|restricted| it.restricted == restricted)
                    && query.shared_with.is_none_or(|id| with(it, id))
                    && visible(it)
            };
            rows.resources.values().filter(fits).cloned().collect()
        });
        let key = |it: &Resource| (it.name.to_string(), Uuid::nil());
        let after = query.after();
        Ok(page(rows, query.limit, query.cursor.as_ref(), key, |place, _| {
            after < place.0.split_once('/').unwrap_or_default()
        }))
    }

    async fn audit(&self, organization: OrganizationId, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        let (dump, _) = self.listing()?;
        let fits = |it: &&AuditEntry| {
            query.event.as_ref().is_none_or(|event| it.event == *event)
                && query.actor.is_none_or(|actor| it.actor.user == Some(actor))
                && query.subject.is_none_or(|subject| it.subject == subject)
                && query.before.is_none_or(|before| it.sequence < before)
        };
        Ok(of(&dump, organization, |rows| {
            rows.log.iter().rev().filter(fits).take(page_length(query.limit)).cloned().collect()
        }))
    }

    async fn organizations(&self, query: &OrganizationQuery) -> Result<Page<Head>, StoreError> {
        let (dump, _) = self.listing()?;
        let (text, id) = query.wanted();
        let fits = |it: &&Head| {
            let name = it.organization.name.as_str().to_ascii_lowercase();
            it.organization.state != OrganizationState::Deleted
                && text.as_ref().is_none_or(|text| name.contains(text) || id == Some(it.organization.id.0))
        };
        let mut rows: Vec<Head> = dump.organizations.values().map(|rows| &rows.head).filter(fits).cloned().collect();
        rows.reverse();
        let key = |it: &Head| (String::new(), it.organization.id.0);
        Ok(page(rows, query.limit, query.cursor.as_ref(), key, |place, cursor| place.1 < cursor.id))
    }

    async fn organizations_of(&self, user: UserId) -> Result<Vec<(Head, Member)>, StoreError> {
        let (dump, _) = self.listing()?;
        let there = dump.organizations.values().filter(|rows| is_there(rows));
        let mut mine: Vec<_> =
            there.filter_map(|rows| Some((rows.head.clone(), rows.member_of(user)?.clone()))).collect();
        mine.sort_by_cached_key(|(head, _)| (head.organization.name.as_str().to_lowercase(), head.organization.id));
        Ok(mine)
    }

    async fn waiting_for(&self, addresses: &[EmailAddress]) -> Result<Vec<(Head, Invitation)>, StoreError> {
        let (dump, now) = self.listing()?;
        let mut waiting = Vec::new();
        for rows in dump.organizations.values().filter(|rows| is_there(rows)) {
            for it in rows.invitations.values().filter(|it| it.state_at(now) == InvitationState::Pending) {
                if addresses.contains(&it.email) {
                    waiting.push((rows.head.clone(), it.clone()));
                }
            }
        }
        waiting.sort_by_key(|(_, it)| std::cmp::Reverse((it.created_at, it.id)));
        Ok(waiting)
    }

    async fn with_set_up_code(&self, locator: CodeLocator) -> Result<Vec<(OrganizationId, MemberId)>, StoreError> {
        let (dump, _) = self.listing()?;
        let mut found = Vec::new();
        for (id, rows) in dump.organizations.iter().filter(|(_, rows)| is_there(rows)) {
            let code = |it: &Member| it.set_up.and_then(|link| link.code).filter(|code| code.locator == locator);
            found.extend(rows.members.values().filter_map(|it| Some((code(it)?.expires_at, (*id, it.id)))));
        }
        found.sort_by_key(|(expires_at, id)| (std::cmp::Reverse(*expires_at), *id));
        Ok(found.into_iter().map(|(_, id)| id).take(8).collect())
    }

    async fn holders(
        &self,
        organization: OrganizationId,
        roles: &[RoleKey],
        after: Option<MemberId>,
    ) -> Result<Vec<Member>, StoreError> {
        let (dump, now) = self.listing()?;
        Ok(of(&dump, organization, |rows| {
            let holds = |it: &&Member| roles.contains(&it.role) || rows.head.organization.owner == Some(it.id);
            let reached = |it: &&Member| it.email.is_some() && it.status_at(now) == MemberStatus::Active;
            let next = rows.members.values().filter(|it| after.is_none_or(|after| after < it.id));
            next.filter(holds).filter(reached).take(page_length(LONGEST_PAGE)).cloned().collect()
        }))
    }

    async fn groups(&self, organization: OrganizationId, query: &NamedQuery) -> Result<Page<(Group, u64)>, StoreError> {
        let (dump, _) = self.listing()?;
        let rows = of(&dump, organization, |rows| {
            let fits = rows.groups.values().filter(|it| is_named(it.name.as_str(), query));
            let members = |id: GroupId| rows.group_members.keys().filter(|(group, _)| *group == id).count();
            fits.map(|it| (it.clone(), u64::try_from(members(it.id)).unwrap_or(u64::MAX))).collect()
        });
        Ok(by_name(rows, query, |(it, _)| (it.name.as_str().to_lowercase(), it.id.0)))
    }

    async fn groups_of(
        &self,
        organization: OrganizationId,
        members: &[MemberId],
    ) -> Result<Vec<(MemberId, Group)>, StoreError> {
        let (dump, _) = self.listing()?;
        let members: Vec<_> = members.iter().take(page_length(LONGEST_PAGE)).collect();
        let mut rows = of(&dump, organization, |rows| {
            let places = rows.places().filter(|it| members.contains(&&it.member));
            places.filter_map(|it| Some((it.member, rows.groups.get(&it.group)?.clone()))).collect()
        });
        rows.sort_by_cached_key(|(member, it)| (*member, it.name.as_str().to_lowercase(), it.id));
        Ok(rows)
    }

    async fn programs(&self, organization: OrganizationId, query: &NamedQuery) -> Result<Page<Program>, StoreError> {
        let (dump, _) = self.listing()?;
        let rows = of(&dump, organization, |rows| {
            rows.programs.values().filter(|it| is_named(it.name.as_str(), query)).cloned().collect()
        });
        Ok(by_name(rows, query, |it| (it.name.as_str().to_lowercase(), it.id.0)))
    }

    async fn sessions(&self, organization: OrganizationId, query: &SessionQuery) -> Result<Page<Session>, StoreError> {
        let (dump, now) = self.listing()?;
        let mut found = of(&dump, organization, |rows| {
            let attends = |it: &Session, member| {
                rows.enrolments.contains_key(&(it.id, member)) || !rows.groups_enrolling(it, member).is_empty()
            };
            let fits = |it: &&Session| {
                query.program.is_none_or(|program| it.program == program)
                    && query.member.is_none_or(|member| attends(it, member))
                    && (!query.running || it.phase_at(now) == Phase::Running)
            };
            rows.sessions.values().filter(fits).cloned().collect::<Vec<_>>()
        });
        found.sort_by_key(|it| (it.starts_at, it.id));
        let key = |it: &Session| (micros(it.starts_at), it.id.0);
        Ok(page(found, query.limit, query.cursor.as_ref(), key, |place, cursor| {
            (cursor.after.parse().unwrap_or(i64::MIN), cursor.id) < *place
        }))
    }

    async fn enrolled(
        &self,
        organization: OrganizationId,
        query: &EnrolledQuery,
    ) -> Result<Page<EnrolledMember>, StoreError> {
        let (dump, _) = self.listing()?;
        let among = query.among();
        let found = of(&dump, organization, |rows| {
            let Some(session) = rows.sessions.get(&query.session) else { return Vec::new() };
            let why = |it: &Member| EnrolledMember {
                member: it.clone(),
                by_name: rows.enrolments.contains_key(&(session.id, it.id)),
                groups: rows.groups_enrolling(session, it.id),
            };
            let is_asked_for = |it: &EnrolledMember| {
                let id = it.member.id;
                (it.by_name || !it.groups.is_empty())
                    && among.as_ref().is_none_or(|ids| ids.contains(&id.0))
                    && query.group.is_none_or(|group| rows.group_members.contains_key(&(group, id)))
            };
            rows.members.values().map(why).filter(is_asked_for).collect()
        });
        let cursor = query.after.map(|id| Cursor { after: String::new(), id: id.0 });
        let key = |it: &EnrolledMember| (String::new(), it.member.id.0);
        Ok(page(found, query.limit, cursor.as_ref(), key, |place, cursor| cursor.id < place.1))
    }

    async fn sign_ins_of(&self, user: UserId) -> Result<Vec<SignIn>, StoreError> {
        let (dump, now) = self.listing()?;
        let of_user = dump.sign_ins.values().filter(|it| it.user == user && now < it.expires_at);
        Ok(of_user.rev().take(1_000).cloned().collect())
    }

    async fn last_logins(&self, users: &[UserId]) -> Result<Vec<(UserId, OffsetDateTime)>, StoreError> {
        let (dump, _) = self.listing()?;
        Ok(users.iter().filter_map(|user| Some((*user, *dump.last_logins.get(user)?))).collect())
    }

    async fn imports(
        &self,
        organization: OrganizationId,
        import: Option<ImportId>,
    ) -> Result<Vec<(Import, ImportCounts)>, StoreError> {
        let (dump, _) = self.listing()?;
        let mut found: Vec<_> = of(&dump, organization, |rows| {
            let asked_for = rows.imports.values().filter(|it| import.is_none_or(|id| it.id == id));
            asked_for.map(|it| (it.clone(), counts(rows, it.id))).collect()
        });
        found.sort_by_key(|(it, _)| std::cmp::Reverse((it.created_at, it.id)));
        found.truncate(100);
        Ok(found)
    }

    async fn import_rows(
        &self,
        organization: OrganizationId,
        import: ImportId,
        from: u32,
        limit: u32,
    ) -> Result<Vec<ImportRow>, StoreError> {
        let (dump, _) = self.listing()?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(of(&dump, organization, |rows| {
            let all = rows.import_rows.range((import, from)..=(import, u32::MAX));
            all.take(most).map(|(_, row)| row.clone()).collect()
        }))
    }

    async fn roster(&self, organization: OrganizationId, query: &MemberQuery) -> Result<Vec<RosterGroup>, StoreError> {
        let (dump, now) = self.listing()?;
        let mut groups: BTreeMap<_, u64> = BTreeMap::new();
        for it in on_roster(&dump, organization, query, now) {
            let active = it.status_at(now) == MemberStatus::Active;
            let (never_invited, bounced) = (Invited::Never.includes(&it), Invited::Bounced.includes(&it));
            *groups.entry((it.role, active, it.email.is_some(), never_invited, bounced)).or_default() += 1;
        }
        let group = |((role, active, has_address, never_invited, bounced), count)| RosterGroup {
            role,
            active,
            has_address,
            never_invited,
            bounced,
            count,
        };
        Ok(groups.into_iter().map(group).collect())
    }

    async fn roster_after(
        &self,
        organization: OrganizationId,
        query: &MemberQuery,
        after: Option<MemberId>,
        limit: u32,
    ) -> Result<Vec<MemberId>, StoreError> {
        let (dump, now) = self.listing()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = on_roster(&dump, organization, query, now).into_iter().map(|it| it.id);
        Ok(rows.filter(|id| after.is_none_or(|after| after < *id)).take(limit).collect())
    }

    async fn rounds(&self, organization: OrganizationId, query: &RoundQuery) -> Result<Page<Round>, StoreError> {
        let (dump, _) = self.listing()?;
        let is_asked_for = |it: &&Round| query.since.is_none_or(|since| since <= it.started_at);
        let mut rows: Vec<Round> =
            of(&dump, organization, |rows| rows.rounds.values().filter(is_asked_for).cloned().collect());
        rows.sort_by_key(|it| std::cmp::Reverse(it.number));
        let key = |it: &Round| (it.number, it.id.0);
        Ok(page(rows, query.limit, query.cursor.as_ref(), key, |place, _| place.0 < query.before()))
    }

    async fn logins_after(
        &self,
        organization: OrganizationId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<(MemberId, UserId)>, StoreError> {
        let (dump, _) = self.listing()?;
        let logins = |rows: &OrganizationRows| {
            rows.members.values().filter_map(|it| Some((it.id, it.user?))).collect::<Vec<_>>()
        };
        let mut rows = of(&dump, organization, logins);
        rows.retain(|(_, user)| after.is_none_or(|after| after < *user));
        rows.sort_by_key(|(_, user)| *user);
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    async fn login_clears(&self, organization: OrganizationId) -> Result<Vec<LoginClear>, StoreError> {
        let (dump, _) = self.listing()?;
        let mut rows = of(&dump, organization, |rows| rows.clears.values().cloned().collect::<Vec<_>>());
        rows.sort_by_key(|it| std::cmp::Reverse(it.number));
        rows.truncate(page_length(LONGEST_PAGE));
        Ok(rows)
    }

    async fn cleared_logins(
        &self,
        organization: OrganizationId,
        clear: ClearId,
        limit: u32,
    ) -> Result<Vec<ClearedLogin>, StoreError> {
        let (dump, _) = self.listing()?;
        let mut rows = of(&dump, organization, |rows| rows.cleared.values().cloned().collect::<Vec<_>>());
        rows.retain(|it| it.clear == clear);
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    async fn logins_by_day(&self, organization: OrganizationId, days: Days) -> Result<LoginsByDay, StoreError> {
        let (dump, _) = self.listing()?;
        let since = of(&dump, organization, |rows| rows.members.values().filter_map(|it| it.login_since).collect());
        let mut on: BTreeMap<u16, u64> = BTreeMap::new();
        since.iter().filter_map(|at| days.position(*at)).for_each(|day| *on.entry(day).or_default() += 1);
        let before = since.iter().filter(|at| **at < days.from()).count();
        Ok(LoginsByDay { before: u64::try_from(before).unwrap_or(u64::MAX), on: on.into_iter().collect() })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.listing().map(drop)
    }
}

impl MemoryStore {
    fn listing(&self) -> Result<(std::sync::Arc<super::Dump>, OffsetDateTime), StoreError> {
        self.fault(FaultPoint::List)?;
        Ok((self.dump(), self.now()))
    }
}

fn of<T>(dump: &super::Dump, id: OrganizationId, read: impl FnOnce(&OrganizationRows) -> Vec<T>) -> Vec<T> {
    dump.organizations.get(&id).map_or_else(Vec::new, read)
}

fn listed(dump: &super::Dump, id: OrganizationId, query: &MemberQuery, now: OffsetDateTime) -> Vec<Member> {
    of(dump, id, |rows| {
        let is_in = |it: &&Member| query.group.is_none_or(|group| rows.group_members.contains_key(&(group, it.id)));
        let signed_in = |it: &&Member| query.signed_in.is_none_or(|filter| filter.includes(last_login(dump, it)));
        let fitting = rows.members.values().filter(|it| fits(it, query, now));
        fitting.filter(is_in).filter(signed_in).cloned().collect()
    })
}

fn last_login(dump: &super::Dump, member: &Member) -> Option<OffsetDateTime> {
    member.user.and_then(|user| dump.last_logins.get(&user).copied())
}

/// Who has no login, in the order of their ids.
fn on_roster(dump: &super::Dump, id: OrganizationId, query: &MemberQuery, now: OffsetDateTime) -> Vec<Member> {
    listed(dump, id, query, now).into_iter().filter(|it| it.user.is_none()).collect()
}

fn is_there(rows: &OrganizationRows) -> bool {
    rows.head.organization.state != OrganizationState::Deleted
}

fn fits(it: &Member, query: &MemberQuery, now: OffsetDateTime) -> bool {
    let contains = |text: &String| {
        let text = text.to_lowercase();
        let address = it.email.as_ref().is_some_and(|email| email.as_str().contains(&text));
        it.search_key().contains(&text) || address
    };
    query.text.as_ref().is_none_or(contains)
        && query.role.as_ref().is_none_or(|role| it.role == *role)
        && query.status.is_none_or(|status| it.status_at(now) == status)
        && query.seat.is_none_or(|seat| it.seat_at(now) == seat)
        && query.login.is_none_or(|login| it.user.is_some() == login)
        && query.invited.is_none_or(|invited| invited.includes(it))
}

fn is_named(name: &str, query: &NamedQuery) -> bool {
    query.text.as_ref().is_none_or(|text| name.to_lowercase().contains(&text.to_lowercase()))
}

fn by_name<T>(mut rows: Vec<T>, query: &NamedQuery, key: impl Fn(&T) -> (String, Uuid)) -> Page<T> {
    rows.sort_by_cached_key(&key);
    let found = page(rows, query.limit, query.cursor.as_ref(), key, |place, cursor| {
        (cursor.after.as_str(), cursor.id) < (place.0.as_str(), place.1)
    });
    counted(found, !query.uncounted)
}

/// The page with its total, if one was asked for.
fn counted<T>(page: Page<T>, is_counted: bool) -> Page<T> {
    Page { total: if is_counted { page.total } else { 0 }, ..page }
}

fn is_asked_for(it: &Invitation, query: &InvitationQuery, now: OffsetDateTime) -> bool {
    query.state.is_none_or(|state| it.state_at(now) == state)
        && (!query.outstanding || it.is_outstanding(now))
        && (!query.undelivered || matches!(it.delivery, Delivery::Bounced | Delivery::Failed))
        && query.expires_after.is_none_or(|at| at < it.expires_at)
        && query.text.as_ref().is_none_or(|text| it.email.as_str().contains(&text.to_lowercase()))
}

fn page_length(limit: u32) -> usize {
    usize::try_from(limit.clamp(1, LONGEST_PAGE)).unwrap_or(1)
}

/// Cuts a page out of sorted rows: from the first row that lies behind the cursor.
fn page<T, K>(
    rows: Vec<T>,
    limit: u32,
    cursor: Option<&Cursor>,
    key: impl Fn(&T) -> (K, Uuid),
    lies_behind: impl Fn(&(K, Uuid), &Cursor) -> bool,
) -> Page<T>
where
    K: ToString,
{
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let behind = |row: &T| cursor.is_none_or(|cursor| lies_behind(&key(row), cursor));
    let mut rest = rows.into_iter().filter(behind);
    let items: Vec<_> = rest.by_ref().take(page_length(limit)).collect();
    let goes_on = rest.next().is_some();
    let last = items.last().filter(|_| goes_on).map(&key);
    Page { items, next: last.map(|(after, id)| Cursor { after: after.to_string(), id }), total }
}

fn newest_first<T>(
    mut rows: Vec<T>,
    limit: u32,
    cursor: Option<&Cursor>,
    age: impl Fn(&T) -> (OffsetDateTime, Uuid),
) -> Page<T> {
    rows.sort_by_key(|row| std::cmp::Reverse(age(row)));
    let key = |row: &T| {
        let (at, id) = age(row);
        (micros(at), id)
    };
    // A cursor that no page has given out lies behind every row.
    page(rows, limit, cursor, key, |place, cursor| *place < (cursor.after.parse().unwrap_or(i64::MIN), cursor.id))
}
