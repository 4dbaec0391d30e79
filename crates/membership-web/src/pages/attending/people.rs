//! Finding members by name to bring them in one by one, for those who have no address to paste.

use membership_core::id::OrganizationId;
use membership_core::port::MemberQuery;

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
    /// Who was found, each with the id that the form sends; `None` before anything was searched for.
    pub found: Option<Vec<(String, MemberRow)>>,
    /// Where the search goes.
    pub here: String,
    /// Where a press of "bring in" goes.
    pub action: String,
}

impl Finder {
    /// Searches by the text that was asked for.
    pub(crate) async fn of(
        visit: &Visit,
        organization: OrganizationId,
        asked: Option<&str>,
        (here, action): (String, String),
    ) -> Result<Self, Stop> {
        let who = searched(asked).unwrap_or_default();
        let mut finder = Self { who, found: None, here, action };
        if finder.who.is_empty() {
            return Ok(finder);
        }
        let query = MemberQuery { text: Some(finder.who.clone()), limit: MOST_FOUND, ..MemberQuery::default() };
        let listed = visit.web.memberships().members(organization, visit.actor()?, &query).await?;
        let viewer = visit.user()?;
        let row = |it| MemberRow::of(visit.words, organization, viewer, it);
        finder.found = Some(listed.items.iter().map(|it| (it.member.id.to_string(), row(it))).collect());
        Ok(finder)
    }
}
