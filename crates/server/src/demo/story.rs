//! What has happened in the example: five organizations, one of each preset, over two months.

use membership_core::branding::Accent;
use membership_core::command::{BrandingChange, Customize};
use membership_core::id::OrganizationId;
use membership_core::role::Permission;
use membership_core::service::Failure;
use secrecy::{ExposeSecret, SecretString};
use time::Duration;

use super::roster::Roster;
use super::stage::Stage;
use super::{records, school};

/// A name of exactly as many characters as a name may have.
const LONG_NAME: &str = "The Worshipful Company of Makers of Playing Cards, Dice, Board Games and Puzzles";

/// Tells all of it.
pub(super) async fn tell(stage: &mut Stage, set_up: SecretString) -> Result<(), Failure> {
    stage.days_ago(61).await?;
    stage.set_up("ada", set_up).await?;
    let team = team(stage).await?;
    let platform = learning_platform(stage).await?;
    let account = account(stage).await?;
    let portal = member_portal(stage).await?;
    let group = group_subscription(stage).await?;
    stage.days_ago(21).await?;
    school::teach(stage, platform).await?;
    records::keep(stage, account).await?;
    outstanding(stage, [team, group, platform, account, portal]).await?;
    keys(stage, team).await?;
    colours(stage, [platform, group, account]).await?;
    stage.hours_ago(0).await
}

async fn team(stage: &mut Stage) -> Result<OrganizationId, Failure> {
    stage.days_ago(60).await?;
    let team = stage.found(("team", "Analytical Engines"), None, "ada").await?;
    let members = [
        ("grace", "admin"),
        ("amelie", "member"),
        ("bo", "member"),
        ("soren", "admin"),
        ("zoe", "member"),
        ("khwarizmi", "member"),
        ("shira", "member"),
        ("hubert", "member"),
        ("nadezhda", "member"),
        ("maire", "member"),
        ("aegir", "member"),
    ];
    for (hours, who) in (0..).step_by(11).zip(members) {
        stage.hours_ago(59 * 24 - hours).await?;
        stage.join(team, "ada", who).await?;
    }
    Ok(team)
}

/// One key in use, and one that was taken back.
async fn keys(stage: &mut Stage, team: OrganizationId) -> Result<(), Failure> {
    let lost = stage.make_key(team, "grace", ("Night import", [Permission::INVITE, Permission::VIEW_MEMBERS])).await?;
    stage.make_key(team, "ada", ("Web site", [Permission::VIEW_MEMBERS, Permission::READ_RECORDS])).await?;
    stage.revoke_key(team, "ada", lost).await
}

/// Some organizations have a colour of their own.
async fn colours(stage: &Stage, [platform, group, account]: [OrganizationId; 3]) -> Result<(), Failure> {
    for (organization, who, colour) in
        [(platform, "grace", "#0b7a75"), (group, "amelie", "#a1315f"), (account, "ada", "#8a5a12")]
    {
        let branding = BrandingChange { accent: Some(Some(Accent::parse(colour)?)), ..BrandingChange::default() };
        let by = stage.user(who)?.into();
        let command = Customize { organization, by, name: None, branding, expected: None };
        stage.memberships().execute(&command).await?;
    }
    Ok(())
}

async fn learning_platform(stage: &mut Stage) -> Result<OrganizationId, Failure> {
    stage.days_ago(50).await?;
    let name = "Polytechnic of Applied Curiosity";
    let platform = stage.found(("learning_platform", name), Some(25), "grace").await?;
    let members = [
        ("ada", "administrator"),
        ("sakura", "author"),
        ("giorgos", "author"),
        ("ngoc", "trainee"),
        ("jb", "trainee"),
        ("lukasz", "trainee"),
        ("chukwuemeka", "trainee"),
        ("priya", "trainee"),
        ("mehmet", "trainee"),
        ("lin", "trainee"),
        ("ines", "trainee"),
        ("tomas", "trainee"),
        ("eloise", "trainee"),
    ];
    for (hours, who) in (0..).step_by(7).zip(members) {
        stage.hours_ago(49 * 24 - hours).await?;
        stage.join(platform, "grace", who).await?;
    }
    Ok(platform)
}

async fn account(stage: &mut Stage) -> Result<OrganizationId, Failure> {
    stage.days_ago(40).await?;
    let account = stage.found(("account", LONG_NAME), Some(10), "ada").await?;
    let members = [
        ("noor", "administrator"),
        ("dov", "editor"),
        ("keala", "editor"),
        ("min", "viewer"),
        ("olu", "viewer"),
        ("bo", "viewer"),
    ];
    for (hours, who) in (0..).step_by(9).zip(members) {
        stage.hours_ago(39 * 24 - hours).await?;
        stage.join(account, "ada", who).await?;
    }
    Ok(account)
}

async fn member_portal(stage: &mut Stage) -> Result<OrganizationId, Failure> {
    stage.days_ago(35).await?;
    let portal = stage.found(("member_portal", "Rowing Club Blue Danube"), None, "soren").await?;
    let members = [
        ("rosa", "security_administrator"),
        ("emil", "member"),
        ("vera", "member"),
        ("carl", "member"),
        ("mina", "member"),
        ("ivo", "member"),
        ("tove", "member"),
        ("paulo", "member"),
        ("wanjiku", "member"),
        ("hedy", "member"),
        ("xiaolong", "member"),
    ];
    for (hours, who) in (0..).step_by(5).zip(members) {
        stage.hours_ago(34 * 24 - hours).await?;
        stage.join(portal, "soren", who).await?;
    }
    Ok(portal)
}

async fn group_subscription(stage: &mut Stage) -> Result<OrganizationId, Failure> {
    stage.days_ago(30).await?;
    let name = "Bibliothèque de Saint-Étienne-du-Rouvray";
    let group = stage.found(("group_subscription", name), Some(8), "amelie").await?;
    // Whoever joins has an account from one of the others.
    let members = ["grace", "bo", "jb", "eloise", "zoe", "shira", "noor", "ada"];
    for (hours, who) in (0..).step_by(13).zip(members) {
        stage.hours_ago(29 * 24 - hours).await?;
        let role = if who == "grace" { "administrator" } else { "member" };
        stage.join(group, "amelie", (who, role)).await?;
    }
    stage.days_ago(22).await?;
    let by = stage.user("amelie")?;
    for who in ["amelie", "grace", "jb", "eloise", "zoe"] {
        let member = stage.member(group, who)?;
        stage.memberships().allocate_seat(group, by, member).await?;
    }
    Ok(group)
}

/// What is going on now: invitations in every state, dates, and people set aside.
async fn outstanding(stage: &mut Stage, organizations: [OrganizationId; 5]) -> Result<(), Failure> {
    let [team, group, platform, account, portal] = organizations;
    let (ada, grace) = (stage.user("ada")?, stage.user("grace")?);

    stage.days_ago(20).await?;
    stage.invite(team, "ada", ("katherine.johnson", "member"), |_| {}).await?;
    stage.invite(platform, "grace", ("expired.trainee", "trainee"), |_| {}).await?;
    let roster = Roster::of(stage, portal).await?;
    roster.round(stage, None).await?;
    stage.days_ago(19).await?;
    roster.sets_up(stage, 0, "agathe").await?;
    roster.sets_up(stage, 5, "fionnuala").await?;
    stage.days_ago(12).await?;
    roster.round(stage, Some("juniors")).await?;
    let declined = stage.invite(team, "grace", ("rene.descartes", "member"), |_| {}).await?;
    let link = stage.memberships().invitation_link(team, &declined);
    stage.memberships().decline(link.expose_secret()).await?;
    let withdrawn = stage.invite(team, "ada", ("charles.babbage", "admin"), |_| {}).await?;
    stage.days_ago(11).await?;
    roster.sets_up(stage, 6, "gaspar").await?;
    roster.is_prepared(stage, 8, "ilse").await?;
    stage.memberships().revoke(team, ada, withdrawn.invitation.id).await?;
    stage.memberships().change_role(team, ada, stage.member(team, "zoe")?, "admin".parse()?).await?;
    stage.memberships().suspend(team, ada, stage.member(team, "nadezhda")?).await?;
    stage.memberships().remove(team, ada, stage.member(team, "aegir")?).await?;
    let end = stage.memberships().ports().store.read(&membership_core::facts::Scope::default()).await?.now;
    let end = Some(end.saturating_add(Duration::days(32)).replace_time(time::Time::MIDNIGHT));
    stage.memberships().set_deactivation_date(team, ada, stage.member(team, "maire")?, end).await?;
    stage.memberships().set_deactivation_date(platform, grace, stage.member(platform, "jb")?, end).await?;

    stage.days_ago(3).await?;
    roster.round(stage, None).await?;
    roster.sets_up(stage, 10, "kateryna").await?;
    roster.is_written_to_in_vain(stage, 9).await?;
    stage.invite_in_vain(team, "ada", ("j.von.neumannn", "member")).await?;
    stage.invite_in_vain(platform, "grace", ("mistyped.trainee", "trainee")).await?;
    stage.invite(account, "ada", ("new.editor", "editor"), |_| {}).await?;
    stage.invite(account, "ada", ("new.viewer", "viewer"), |_| {}).await?;
    stage.invite(portal, "soren", ("late.rower", "member"), |_| {}).await?;
    stage.invite(group, "amelie", ("lectrice", "member"), |_| {}).await?;

    stage.days_ago(1).await?;
    let words = "We meet on Thursdays at ten. Bring the punched cards!\n\nLooking forward to working with you.";
    let with_words = |offer: &mut membership_core::service::NewOffer| offer.message = Some(words.to_owned());
    stage.invite(team, "ada", ("mary.somerville", "member"), with_words).await?;
    stage.invite(team, "grace", ("alan.turing", "member"), |_| {}).await?;
    stage.invite(team, "ada", ("sophie.germain", "admin"), Stage::by_hand).await?;
    let opens = end.map(|end| end.saturating_sub(Duration::days(14)));
    stage.invite(platform, "grace", ("starts.later", "trainee"), |offer| offer.opens_at = opens).await?;
    let long = "an.address.that.is.much.longer.than.anybody.would.like.it.to.be";
    stage.invite(team, "ada", (long, "member"), |_| {}).await?;
    stage.hours_ago(2).await?;
    stage.memberships().rename(portal, stage.user("soren")?, "Rowing Club Blue Danube 1898".parse()?).await?;
    stage.memberships().release_seat(group, stage.user("amelie")?, stage.member(group, "zoe")?).await?;
    Ok(())
}
