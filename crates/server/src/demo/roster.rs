//! Whom the rowing club of the example knows without a login: with and without an address, written to in rounds, and set
//! up one after the other.

use membership_core::command::AddMember;
use membership_core::draft::Actor;
use membership_core::email::EmailAddress;
use membership_core::id::{MemberId, OrganizationId};
use membership_core::invitation::Channel;
use membership_core::name::{PersonName, Username};
use membership_core::profile::{Labels, MemberNumber, MemberProfile};
use membership_core::refusal::Refusal;
use membership_core::roster::Audience;
use membership_core::service::{Failure, LoginHelp, Outcome, Request, SetUpForm};

use super::PASSWORD;
use super::stage::Stage;

/// The roster: name, the part of the address before `@example.org` if there is one, number in the club's books, label.
const ROSTER: [(&str, Option<&str>, &str, &str); 12] = [
    ("Agathe Uwilingiyimana", Some("agathe.rower"), "1898-001", "eights"),
    ("Béla Bartók-Nagy", Some("bela.rower"), "1898-014", "eights"),
    ("Chiara D’Annunzio", Some("chiara.rower"), "1901-003", "sculls"),
    ("Dagný Þórarinsdóttir", Some("dagny.rower"), "1901-017", "eights"),
    ("Ebenezer Nii-Lamptey", None, "1911-002", "honorary"),
    ("Fionnuala Ní Dhomhnaill", Some("fionnuala.rower"), "1911-009", "sculls"),
    ("Gáspár Széchenyi", Some("gaspar.rower"), "1919-001", "juniors"),
    ("Hồ Xuân Hương", Some("huong.rower"), "1919-004", "juniors"),
    ("Ilse von Wartensleben-Hardenberg", None, "1923-011", "honorary"),
    ("Jürgen Müller", Some("juergen.rower"), "1924-001", "sculls"),
    ("Kateryna Білокур", Some("kateryna.rower"), "1925-006", "eights"),
    ("ليلى الأخيلية", Some("layla.rower"), "1925-008", "juniors"),
];

/// The club's roster, and who runs it.
pub(super) struct Roster {
    club: OrganizationId,
    by: Actor,
    members: Vec<MemberId>,
}

impl Roster {
    /// Writes down who belongs to the club.
    pub(super) async fn of(stage: &Stage, club: OrganizationId) -> Result<Self, Failure> {
        let by = Actor::User(stage.user("soren")?);
        let mut members = Vec::new();
        for (name, address, number, label) in ROSTER {
            let email = address.map(|key| EmailAddress::parse(&format!("{key}@example.org"))).transpose()?;
            let number = Some(MemberNumber::parse(number)?);
            let profile = MemberProfile { number, labels: Labels::parse([label])?, ..MemberProfile::default() };
            let id = MemberId(stage.memberships().ports().random.id());
            members.push(id);
            let command = AddMember {
                organization: club,
                by,
                id,
                name: PersonName::parse(name)?,
                email,
                role: None,
                profile,
                deactivates_at: None,
                login: None,
                link: None,
            };
            stage.memberships().execute(&command).await?;
        }
        Ok(Self { club, by, members })
    }

    /// Writes to everybody who has no login, or to all whose label that is.
    pub(super) async fn round(&self, stage: &Stage, text: Option<&str>) -> Result<(), Failure> {
        let audience = Audience::Matching { text: text.map(str::to_owned), role: None, group: None, invited: None };
        stage.accounts().start_round((self.club, self.by), audience, Request::default(), |_| None).await?;
        Ok(())
    }

    /// Somebody comes by for the personal link, and uses it.
    pub(super) async fn sets_up(&self, stage: &Stage, place: usize, username: &str) -> Result<(), Failure> {
        stage.send_mail().await?;
        let whose = (self.club, self.by, self.member(place)?);
        let issued = stage.accounts().issue_set_up_link(whose, Channel::Hand, Request::default(), |_| None).await?;
        let Outcome::Done(view) = issued else { return Err(Refusal::KeyReused.into()) };
        let handed = stage.memberships().handed_over(self.club, &view).ok_or(Refusal::UnknownLink)?;
        let username = Some(Username::parse(username)?);
        let form = SetUpForm { username, password: Some(PASSWORD.into()), language: None };
        let link = secrecy::ExposeSecret::expose_secret(&handed.link);
        let set_up = stage.accounts().redeem_set_up(link, form, None, Request::default(), |_| None).await?;
        if matches!(set_up, Outcome::Repeated(_)) { Err(Refusal::KeyReused.into()) } else { Ok(()) }
    }

    /// Somebody is given a login with an initial password, which nobody ever uses.
    pub(super) async fn is_prepared(&self, stage: &Stage, place: usize, username: &str) -> Result<(), Failure> {
        let help = LoginHelp { username: Some(Username::parse(username)?), initial_password: Some(PASSWORD.into()) };
        let whose = (self.club, self.by, self.member(place)?);
        stage.accounts().set_login(whose, help, Request::default()).await.map(drop)
    }

    /// Somebody's link goes to a mail server that says no.
    pub(super) async fn is_written_to_in_vain(&self, stage: &Stage, place: usize) -> Result<(), Failure> {
        stage.send_mail().await?;
        let whose = (self.club, self.by, self.member(place)?);
        stage.accounts().issue_set_up_link(whose, Channel::Mail, Request::default(), |_| None).await?;
        stage.bounces().await
    }

    fn member(&self, place: usize) -> Result<MemberId, Refusal> {
        self.members.get(place).copied().ok_or(Refusal::UnknownMember)
    }
}
