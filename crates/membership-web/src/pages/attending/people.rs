//! Finding members by name to bring them in one by one, for those who have no address to paste.

use std::collections::BTreeSet;

use membership_core::command::Place;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::member::MemberStatus;
use membership_core::port::{EnrolledQuery, LONGEST_PAGE, MemberQuery};

use crate::pages::organization::member_rows::MemberRow;
use crate::search::searched;
use crate::stop::Stop;
use crate::visit::Visit;

/// How many of those found are shown.
const MOST_FOUND: u8 = 10;

/// A search for members, and who was found.
pub(crate) struct Finder {
    /// What was searched for.
    pub who: String,
    /// Who was found, each with the id that the form sends; `None` before anything was searched for.
    pub found: Option<Vec<(String, MemberRow)>>,
    /// Where the search goes.
    pub here: String,
    /// Where a press of "bring in" goes.
    pub action: String,
}

impl Finder {
    /// Searches by the text that was asked for. Who is in the place already, and who may not act, is not found.
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
        let present = match place {
            Some(place) => present(visit, organization, place, &finder.who).await?,
            None => BTreeSet::new(),
        };
        let status = place.map(|_| MemberStatus::Active);
        let text = Some(finder.who.clone());
        // Where nobody is passed over, those shown are enough.
        let limit = if present.is_empty() { u32::from(MOST_FOUND) } else { LONGEST_PAGE };
        let mut query = MemberQuery { text, status, limit, ..MemberQuery::default() };
        let viewer = visit.user()?;
        let mut found = Vec::new();
        loop {
            let listed = visit.web.memberships().members(organization, visit.actor()?, &query).await?;
            let others = listed.items.iter().filter(|it| !present.contains(&it.member.id));
            let rows = others.map(|it| {
                let row = MemberRow::of(visit.words, organization, viewer, it);
                (it.member.id.to_string(), row)
            });
            found.extend(rows.take(usize::from(MOST_FOUND).saturating_sub(found.len())));
            query.cursor = listed.next;
            if query.cursor.is_none() || usize::from(MOST_FOUND) <= found.len() {
                finder.found = Some(found);
                return Ok(finder);
            }
        }
    }
}

/// Who is in the place already, as far as the search may find them.
async fn present(
    visit: &Visit,
    organization: OrganizationId,
    place: Place,
    who: &str,
) -> Result<BTreeSet<MemberId>, Stop> {
    let mut present = BTreeSet::new();
    match place {
        Place::Group(group) => {
            let text = Some(who.to_owned());
            let mut query = MemberQuery { text, group: Some(group), limit: LONGEST_PAGE, ..MemberQuery::default() };
            loop {
                let listed = visit.web.memberships().members(organization, visit.actor()?, &query).await?;
                present.extend(listed.items.iter().map(|it| it.member.id));
                query.cursor = listed.next;
                if query.cursor.is_none() {
                    return Ok(present);
                }
            }
        }
        Place::Session(session) => {
            let mut query = EnrolledQuery { session, member: None, group: None, after: None, limit: LONGEST_PAGE };
            loop {
                let listed = visit.web.memberships().enrolled(organization, visit.actor()?, &query).await?;
                present.extend(listed.items.iter().map(|it| it.member.id));
                query.after = listed.next.map(|it| MemberId(it.id));
                if query.after.is_none() {
                    return Ok(present);
                }
            }
        }
    }
}
