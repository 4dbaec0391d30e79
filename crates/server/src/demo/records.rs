//! What a host application keeps for the account of the example: records, some of them restricted, and with whom they are
//! shared.

use membership_core::command::{CreateGroup, Enrol, Place, PutRecord, ShareRecord};
use membership_core::draft::Actor;
use membership_core::id::{GroupId, OrganizationId};
use membership_core::resource::{Holder, Level, ResourceName};
use membership_core::service::Failure;

use super::stage::Stage;

/// Which records there are, and which of them are restricted.
const RECORDS: [(&str, &str, bool); 7] = [
    ("design", "tarot-of-the-night-market", false),
    ("design", "wooden-labyrinth-v3", true),
    ("invoice", "2026-0117", true),
    ("invoice", "2026-0118", true),
    ("report", "annual-report-2025", true),
    ("report", "materials-and-suppliers", false),
    ("report", "playtests@spring", false),
];

/// All of it.
pub(super) async fn keep(stage: &Stage, account: OrganizationId) -> Result<(), Failure> {
    let by = Actor::User(stage.user("ada")?);
    let memberships = stage.memberships();
    let group = GroupId(memberships.ports().random.id());
    let name = "Auditors and book-keepers".parse()?;
    memberships.execute(&CreateGroup { organization: account, by, group, name }).await?;
    let members = ["min", "olu"].into_iter().map(|key| stage.member(account, key)).collect::<Result<_, _>>()?;
    let (groups, offers, into) = (Vec::new(), Vec::new(), Place::Group(group));
    let enrol = Enrol { organization: account, by, into, groups, members, offers, all_or_none: true };
    memberships.execute(&enrol).await?;
    for (kind, id, restricted) in RECORDS {
        let resource = ResourceName::parse(kind, id)?;
        memberships.execute(&PutRecord { organization: account, by, resource, restricted, expected: None }).await?;
    }
    for (kind, id, holder, level) in [
        ("report", "annual-report-2025", Holder::Group(group), Level::View),
        ("report", "annual-report-2025", Holder::Member(stage.member(account, "dov")?), Level::Edit),
        ("invoice", "2026-0117", Holder::Group(group), Level::Edit),
        ("design", "wooden-labyrinth-v3", Holder::Member(stage.member(account, "keala")?), Level::Control),
    ] {
        let resource = ResourceName::parse(kind, id)?;
        let share = ShareRecord { organization: account, by, resource, holder, level, expected: None };
        memberships.execute(&share).await?;
    }
    Ok(())
}
