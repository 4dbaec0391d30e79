//! What the learning platform of the example teaches: groups, programs, and sessions of which one is over, one is on and
//! others are to come.

use membership_core::command::{CreateGroup, CreateProgram, CreateSession, Enrol, Place, ProgramTerms, SessionTerms};
use membership_core::draft::Actor;
use membership_core::id::{GroupId, OrganizationId, ProgramId, SessionId};
use membership_core::language::Language;
use membership_core::service::Failure;
use time::{Duration, Time};

use super::stage::Stage;

/// Everything of the platform.
pub(super) async fn teach(stage: &Stage, platform: OrganizationId) -> Result<(), Failure> {
    let north = group(stage, platform, "Observatory, northern dome").await?;
    let evening = group(stage, platform, "Evening class").await?;
    group(stage, platform, "نادي الخط العربي").await?;
    enrol(stage, platform, Place::Group(north), &["ngoc", "jb", "lukasz", "priya"]).await?;
    enrol(stage, platform, Place::Group(evening), &["jb", "mehmet", "lin", "ines", "eloise"]).await?;
    let words = "Bring a warm coat: the dome is open to the sky. We meet at the foot of the stairs.";
    let stars = program(stage, platform, ("Looking at stars", Some(words)), vec![north]).await?;
    session(stage, platform, (stars, "Lenses and mirrors"), (-18, -12)).await?;
    session(stage, platform, (stars, "The winter sky"), (-4, 9)).await?;
    let spectra = session(stage, platform, (stars, "Spectra"), (33, 34)).await?;
    session(stage, platform, (stars, "A night at the telescope"), (70, 70)).await?;
    enrol(stage, platform, Place::Session(spectra), &["tomas", "jb"]).await?;
    let safety = program(stage, platform, ("Working safely in the laboratory", None), vec![]).await?;
    session(stage, platform, (safety, "First aid"), (12, 12)).await?;
    Ok(())
}

fn grace(stage: &Stage) -> Result<Actor, Failure> {
    Ok(Actor::User(stage.user("grace")?))
}

fn id(stage: &Stage) -> uuid::Uuid {
    stage.memberships().ports().random.id()
}

async fn group(stage: &Stage, organization: OrganizationId, name: &str) -> Result<GroupId, Failure> {
    let (group, name) = (GroupId(id(stage)), name.parse()?);
    let command = CreateGroup { organization, by: grace(stage)?, group, name };
    Ok(stage.memberships().execute(&command).await?.id)
}

async fn program(
    stage: &Stage,
    organization: OrganizationId,
    (name, message): (&str, Option<&str>),
    groups: Vec<GroupId>,
) -> Result<ProgramId, Failure> {
    let message = message.map(str::to_owned);
    let terms = ProgramTerms { name: name.parse()?, message, language: Some(Language::English), groups };
    let command = CreateProgram { organization, by: grace(stage)?, program: ProgramId(id(stage)), terms };
    Ok(stage.memberships().execute(&command).await?.id)
}

/// A session from one day to another, counted from today.
async fn session(
    stage: &Stage,
    organization: OrganizationId,
    (program, title): (ProgramId, &str),
    (first, last): (i64, i64),
) -> Result<SessionId, Failure> {
    let today = stage.today().await?;
    let at = |days, hour| today.saturating_add(Duration::days(days)).replace_time(hour);
    let (morning, evening) = (Time::from_hms(9, 30, 0), Time::from_hms(17, 0, 0));
    let (morning, evening) = (morning.unwrap_or(Time::MIDNIGHT), evening.unwrap_or(Time::MAX));
    let terms = SessionTerms { title: title.parse()?, starts_at: at(first, morning), ends_at: at(last, evening) };
    let command = CreateSession { organization, by: grace(stage)?, program, session: SessionId(id(stage)), terms };
    Ok(stage.memberships().execute(&command).await?.id)
}

async fn enrol(stage: &Stage, organization: OrganizationId, into: Place, who: &[&'static str]) -> Result<(), Failure> {
    let members = who.iter().map(|key| stage.member(organization, key)).collect::<Result<_, _>>()?;
    let (groups, offers) = (Vec::new(), Vec::new());
    let command = Enrol { organization, by: grace(stage)?, into, groups, members, offers, all_or_none: true };
    stage.memberships().execute(&command).await?;
    Ok(())
}
