//! Finding members by name to bring them in one by one, for those who have no address to paste.

use std::collections::BTreeSet;

use membership_core::command::Place;
use membership_core::id::{GroupId, MemberId, OrganizationId, SessionId};
use membership_core::member::MemberStatus;
use membership_core::port::{EnrolledQuery, MemberQuery};
use membership_core::view::MemberView;

use crate::pages::organization::member_rows::MemberRow;
use crate::search::searched;
use crate::stop::Stop;
use crate::visit::Visit;

/// How many of those found are shown.
const MOST_FOUND: u32 = 10;

/// A search for members, and who was found.
pub(crate) struct Finder {
    /// What was searched for.
    pub who: String,
    /// Who was found; `None` before anything was searched for.
    pub found: Option<Vec<Found>>,
    /// Where the search goes.
    pub here: String,
    /// Where a press of "bring in" goes.
    pub action: String,
}

/// A member who was found.
pub(crate) struct Found {
    pub row: MemberRow,
    /// Whether they are in the place already, and so need not be brought in.
    pub present: bool,
}

impl Finder {
    /// Searches by the text that was asked for. Who may not act does not come into a place, and is not found for one.
    pub(crate) async fn of(
        visit: &Visit,
        organization: OrganizationId,
        asked: Option<&str>,
        (here, action): (String, String),
        place: Option<Place>,
    ) -> Result<Self, Stop> {
        let who = searched(asked).unwrap_or_default();
        let mut finder = Self { who, found: None, here, action };
        if finder.who.is_empty() {
            return Ok(finder);
        }
        let status = place.map(|_| MemberStatus::Active);
        let text = Some(finder.who.clone());
        let query = MemberQuery { text, status, limit: MOST_FOUND, ..MemberQuery::default() };
        let viewer = visit.user()?;
        let listed = visit.web.memberships().members(organization, visit.actor()?, &query).await?;
        let present = match place {
            Some(Place::Group(group)) => in_group(visit, organization, group, query).await?,
            Some(Place::Session(session)) => enrolled(visit, organization, session, &listed.items).await?,
            None => BTreeSet::new(),
        };
        let found = listed.items.iter().map(|it| Found {
            row: MemberRow::of(visit.words, organization, viewer, it),
            present: present.contains(&it.member.id),
        });
        finder.found = Some(found.collect());
        Ok(finder)
    }
}

/// Who of those found is in the group. The group's page of the same search in the same order holds all of them.
async fn in_group(
    visit: &Visit,
    organization: OrganizationId,
    group: GroupId,
    query: MemberQuery,
) -> Result<BTreeSet<MemberId>, Stop> {
    let query = MemberQuery { group: Some(group), ..query };
    let listed = visit.web.memberships().members(organization, visit.actor()?, &query).await?;
    Ok(listed.items.iter().map(|it| it.member.id).collect())
}

/// Who of those found is enrolled. They are asked for by their ids, since they are few and those enrolled may be many.
async fn enrolled(
    visit: &Visit,
    organization: OrganizationId,
    session: SessionId,
    found: &[MemberView],
) -> Result<BTreeSet<MemberId>, Stop> {
    let members = Some(found.iter().map(|it| it.member.id).collect());
    let query = EnrolledQuery { session, members, group: None, after: None, limit: MOST_FOUND };
    let listed = visit.web.memberships().enrolled(organization, visit.actor()?, &query).await?;
    Ok(listed.items.iter().map(|it| it.member.id).collect())
}
