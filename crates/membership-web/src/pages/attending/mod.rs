//! Groups, programs and their sessions: what they are, who is in them and why (S2.2–S2.5, S2.10–S2.13).

use membership_core::address_list::{self, Entry, MOST_ADDRESSES};
use membership_core::command::{Command, Enrol, Enrolled, Place, Placing};
use membership_core::facts::Scope;
use membership_core::group::Group;
use membership_core::id::{GroupId, InvitationId, MemberId, OrganizationId};
use membership_core::input::InvalidInput;
use membership_core::port::{LONGEST_PAGE, NamedQuery};
use membership_core::refusal::Refusal;
use membership_core::service::{Failure, NewOffer};
use membership_core::view::OrganizationView;
use serde::Deserialize;
use time::OffsetDateTime;

use crate::form::{Boxes, Choice, Posted};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::words::Words;

pub(crate) mod dates;
pub(crate) mod group;
pub(crate) mod groups;
pub(crate) mod people;
pub(crate) mod program;
pub(crate) mod programs;
pub(crate) mod session;
pub(crate) mod undo;

/// How many groups are offered as boxes to tick.
const MOST_OFFERED: usize = 500;

/// How many rows a page shows.
const ROWS: u32 = 50;

/// What a page with one list is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The last row's text on the page before.
    after: Option<String>,
    /// The last row's id there.
    id: Option<uuid::Uuid>,
    /// What has just been done.
    done: Option<String>,
    /// To whom or what.
    of: Option<uuid::Uuid>,
}

/// Whether the viewer may change groups and programs.
pub(crate) fn may_manage(view: &OrganizationView) -> bool {
    view.allowed_actions.contains(&"manage_groups")
}

/// The present instant, by the clock that decides.
pub(crate) async fn now(visit: &Visit) -> Result<OffsetDateTime, Stop> {
    Ok(visit.web.memberships().ports().store.read(&Scope::default()).await?.now)
}

/// The groups by name, as many as are offered.
pub(crate) async fn offered_groups(visit: &Visit, organization: OrganizationId) -> Result<Vec<Group>, Stop> {
    let (memberships, by) = (visit.web.memberships(), visit.actor()?);
    let mut query = NamedQuery { limit: LONGEST_PAGE, ..NamedQuery::default() };
    let mut groups = Vec::new();
    loop {
        let page = memberships.groups(organization, by, &query).await?;
        groups.extend(page.items.into_iter().map(|(group, _)| group));
        query.cursor = page.next;
        if query.cursor.is_none() || MOST_OFFERED <= groups.len() {
            return Ok(groups);
        }
    }
}

/// The groups as boxes to tick; nothing if there are none. What is ticked already is among them, however many there are.
pub(crate) async fn group_boxes(
    visit: &Visit,
    organization: OrganizationId,
    ticked: &[GroupId],
) -> Result<Option<Boxes>, Stop> {
    let mut groups = offered_groups(visit, organization).await?;
    for id in ticked {
        if groups.iter().any(|it| it.id == *id) {
            continue;
        }
        // One that is gone is offered no more, and so is taken off by the next change.
        let found = visit.web.memberships().group(organization, visit.actor()?, *id).await;
        groups.extend(or_refusal(found)?.ok());
    }
    let boxes = groups.into_iter().map(|group| Choice {
        value: group.id.to_string(),
        title: group.name.to_string(),
        about: String::new(),
        chosen: ticked.contains(&group.id),
    });
    let boxes: Vec<_> = boxes.collect();
    Ok((!boxes.is_empty()).then(|| Boxes::new("groups", visit.words.t("field-groups"), boxes)))
}

/// The groups that were ticked.
///
/// # Errors
/// What is no id, about the field `groups`.
pub(crate) fn ticked_groups(posted: &Posted) -> Result<Vec<GroupId>, InvalidInput> {
    posted.all("groups").map(|text| text.parse::<GroupId>().map_err(|it| it.about("groups"))).collect()
}

/// What groups are called, by their ids; those that are gone are left out.
pub(crate) async fn group_names(
    visit: &Visit,
    organization: OrganizationId,
    ids: &[GroupId],
) -> Result<Vec<(GroupId, String)>, Stop> {
    let (memberships, by) = (visit.web.memberships(), visit.actor()?);
    let mut names = Vec::new();
    for id in ids {
        if let Ok(group) = or_refusal(memberships.group(organization, by, *id).await)? {
            names.push((*id, group.name.to_string()));
        }
    }
    Ok(names)
}

/// Carries out a command that makes something, once, however often its form is sent.
pub(crate) async fn make<C: Command>(
    posted: &Posted,
    organization: OrganizationId,
    command: &C,
) -> Result<Result<(), Refusal>, Stop> {
    let memberships = posted.visit.web.memberships();
    let receipt = posted.once().receipt(memberships, organization.0).await?;
    let request = posted.once().request(&posted.visit, organization.0);
    Ok(or_refusal(memberships.run(command, request, |_| Some(receipt.clone())).await)?.map(drop))
}

/// Who shall come in: what was typed and ticked.
#[derive(Default)]
pub(crate) struct Coming {
    pub groups: Vec<GroupId>,
    pub members: Vec<MemberId>,
    pub entries: Vec<Entry>,
}

impl Coming {
    /// Brings them in, each with an outcome of their own.
    pub(crate) async fn bring(
        &self,
        visit: &Visit,
        organization: OrganizationId,
        into: Place,
    ) -> Result<Enrolled, Failure> {
        let memberships = visit.web.memberships();
        let by = visit.actor().map_err(|_| Refusal::NotSignedIn)?;
        let random = &memberships.ports().random;
        let addresses = self.entries.iter().filter_map(|entry| entry.address.clone().ok());
        let offers = addresses.map(|email| NewOffer::to(email).with_id(InvitationId(random.id()))).collect();
        let (groups, members) = (self.groups.clone(), self.members.clone());
        let command = Enrol { organization, by, into, groups, members, offers, all_or_none: false };
        memberships.execute(&command).await
    }

    /// What became of each address, and of what else could not be done.
    pub(crate) fn outcomes(&self, words: Words, enrolled: &Enrolled) -> Vec<Came> {
        let mut placed = enrolled.addresses.iter();
        let others = enrolled.groups.iter().chain(&enrolled.members).filter_map(|it| it.as_ref().err());
        let mut came: Vec<_> = others.map(|refusal| Came::refused(String::new(), words.refusal(refusal))).collect();
        for entry in &self.entries {
            match &entry.address {
                Err(input) => came.push(Came::refused(entry.typed.clone(), words.invalid(input))),
                Ok(_) => came.extend(placed.next().map(|it| Came::of(words, &entry.typed, it))),
            }
        }
        came
    }
}

/// What became of one who was to come in.
pub(crate) struct Came {
    pub who: String,
    /// What was done, as a badge; nothing if it was refused.
    pub done: Option<String>,
    /// Why not.
    pub refused: Option<String>,
}

impl Came {
    fn refused(who: String, why: String) -> Self {
        Self { who, done: None, refused: Some(why) }
    }

    fn of(words: Words, who: &str, placed: &Result<Placing, Refusal>) -> Self {
        let done = match placed {
            Ok(Placing::Added(_)) => "came-added",
            Ok(Placing::Invited(_)) => "came-invited",
            Ok(Placing::Promised(_)) => "came-promised",
            Err(refusal) => return Self::refused(who.to_owned(), words.refusal(refusal)),
        };
        Self { who: who.to_owned(), done: Some(words.t(done)), refused: None }
    }
}

/// What stays in the field: the entries that could not come in.
pub(crate) fn left(came: &[Came]) -> String {
    let left: Vec<_> = came.iter().filter(|it| it.refused.is_some()).map(|it| it.who.as_str()).collect();
    left.join("\n").trim().to_owned()
}

/// The entries of a list that names somebody, and not too many.
///
/// # Errors
/// `empty` or `too-many`, about the field `addresses`.
pub(crate) fn some_addresses(text: &str) -> Result<Vec<Entry>, InvalidInput> {
    match few_addresses(text)? {
        entries if entries.is_empty() => Err(InvalidInput::new("addresses", "empty", "must not be empty")),
        entries => Ok(entries),
    }
}

/// The entries of a list that may be empty.
///
/// # Errors
/// `too-many`, about the field `addresses`.
pub(crate) fn few_addresses(text: &str) -> Result<Vec<Entry>, InvalidInput> {
    let entries = address_list::read(text);
    if MOST_ADDRESSES < entries.len() {
        let rule = format!("must have at most {MOST_ADDRESSES} addresses");
        return Err(InvalidInput::new("addresses", "too-many", rule));
    }
    Ok(entries)
}
