//! How much mail may be caused, by whom and to whom: limits that cost somebody else something hold over all servers and
//! restarts, so they are decided on facts like everything else (A54).
//!
//! A quota of `most` within a time lets whoever was quiet do `most` at once, and then one more whenever a `most`-th of
//! the time has passed: the generic cell rate algorithm, which needs one instant for each quota and bucket
//! (`docs/decisions/0011-mail-limits-are-charged-with-the-commit.md`).

use std::fmt;
use std::str::FromStr;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::email::EmailAddress;
use crate::facts::Facts;
use crate::id::{InvitationId, MemberId, OrganizationId, UserId};
use crate::input::InvalidInput;
use crate::refusal::Refusal;
use crate::user::Login;

/// What somebody causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A mail that lets somebody in or verifies an address, asked for by whoever types it.
    Recovery,
    /// The mail of a new invitation, or of a personal link; to a mailbox also what is said of a login that others change.
    Invitation,
    /// The mail of an invitation again.
    Resend,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 3] = [Self::Recovery, Self::Invitation, Self::Resend];

    /// The name in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recovery => "recovery",
            Self::Invitation => "invitation",
            Self::Resend => "resend",
        }
    }
}

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// Of one organization: itself, one of its members or one of its invitations.
    Of(OrganizationId, Uuid),
    /// Of the whole deployment: a mailbox, a login, a client or an account.
    Everywhere(String),
}

impl Bucket {
    /// All that an organization causes.
    pub fn organization(id: OrganizationId) -> Self {
        Self::Of(id, id.0)
    }

    /// What a member causes.
    pub fn member(organization: OrganizationId, id: MemberId) -> Self {
        Self::Of(organization, id.0)
    }

    /// What an invitation causes.
    pub fn invitation(organization: OrganizationId, id: InvitationId) -> Self {
        Self::Of(organization, id.0)
    }

    /// What reaches a mailbox, from all organizations and under all its plus-tags.
    pub fn mailbox(address: &EmailAddress) -> Self {
        Self::Everywhere(format!("to:{}", address.mailbox()))
    }

    /// What is asked for a login, whether or not it names anybody (I13).
    pub fn login(login: &Login) -> Self {
        match login {
            Login::Email(address) => Self::mailbox(address),
            Login::Username(name) => Self::Everywhere(format!("name:{name}")),
        }
    }

    /// What a client of the network asks for.
    pub fn client(client: &str) -> Self {
        Self::Everywhere(format!("from:{client}"))
    }

    /// What an account asks for.
    pub fn account(user: UserId) -> Self {
        Self::Everywhere(format!("user:{user}"))
    }
}

/// So many within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Allowance {
    /// How many; at least one.
    pub most: u32,
    /// Within how many seconds; at least one.
    pub seconds: u32,
}

impl Allowance {
    /// So many within so many seconds, both at least one.
    pub fn new(most: u32, seconds: u32) -> Self {
        Self { most: most.max(1), seconds: seconds.max(1) }
    }

    /// The time within which it applies.
    pub fn within(self) -> Duration {
        Duration::seconds(i64::from(self.seconds))
    }

    /// How long it takes until one more is allowed.
    pub fn each(self) -> Duration {
        let micros = i64::from(self.seconds).saturating_mul(1_000_000);
        Duration::microseconds(micros.checked_div(i64::from(self.most)).unwrap_or(micros))
    }
}

/// Several allowances that hold together, as an operator writes them: `3/d, 10/30d`. None is no limit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowances(pub Vec<Allowance>);

impl Allowances {
    /// No limit.
    pub fn unlimited() -> Self {
        Self::default()
    }

    fn of<const N: usize>(all: [(u32, u32); N]) -> Self {
        Self(all.into_iter().map(|(most, seconds)| Allowance::new(most, seconds)).collect())
    }
}

const UNITS: [(char, u32); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl FromStr for Allowances {
    type Err = InvalidInput;

    /// Reads `off`, or pairs such as `100/h` and `10/30d`, with `s`, `m`, `h` or `d`, separated by commas.
    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        if text.trim() == "off" {
            return Ok(Self::unlimited());
        }
        let all: Option<Vec<_>> = text.split(',').map(|part| allowance(part.trim())).collect();
        all.map(Self).ok_or_else(|| {
            let rule = "must be `off` or numbers within a time, such as `100/h` or `3/d, 10/30d`";
            InvalidInput::new("limit", "not-a-limit", rule)
        })
    }
}

fn allowance(text: &str) -> Option<Allowance> {
    let (most, within) = text.split_once('/')?;
    let (unit, seconds) = UNITS.into_iter().find(|(unit, _)| within.ends_with(*unit))?;
    let number = within.strip_suffix(unit)?;
    let number: u32 = if number.is_empty() { 1 } else { number.parse().ok()? };
    let (most, seconds) = (most.parse().ok()?, number.checked_mul(seconds)?);
    (0 < most && 0 < seconds).then_some(Allowance { most, seconds })
}

impl fmt::Display for Allowances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("off");
        }
        for (index, it) in self.0.iter().enumerate() {
            let divides = |unit: u32| it.seconds.is_multiple_of(unit);
            let (unit, seconds) = UNITS.into_iter().find(|(_, unit)| divides(*unit)).unwrap_or(('s', 1));
            let number = it.seconds.checked_div(seconds).unwrap_or(it.seconds);
            let comma = if index == 0 { "" } else { ", " };
            let number = if number == 1 { String::new() } else { number.to_string() };
            write!(f, "{comma}{}/{number}{unit}", it.most)?;
        }
        Ok(())
    }
}

/// How much mail a deployment lets people cause. The operator is not limited: bulk imports are theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLimits {
    /// Login links, resets and verifications to one mailbox, or for one username.
    pub recoveries_per_recipient: Allowances,
    /// The same, asked for by one client of the network.
    pub recoveries_per_client: Allowances,
    /// Verifications of further addresses, asked for by one account.
    pub recoveries_per_account: Allowances,
    /// Invitations by one member.
    pub invitations_per_inviter: Allowances,
    /// Invitations of one organization.
    pub invitations_per_organization: Allowances,
    /// Invitations and personal links to one mailbox, and what it is told of a login that others change, over all
    /// organizations.
    pub invitations_per_recipient: Allowances,
    /// Resends by one member.
    pub resends_per_inviter: Allowances,
    /// Resends of one organization.
    pub resends_per_organization: Allowances,
    /// Resends of one invitation.
    pub resends_per_invitation: Allowances,
}

impl Default for MailLimits {
    fn default() -> Self {
        const HOUR: u32 = 3_600;
        const DAY: u32 = 86_400;
        Self {
            recoveries_per_recipient: Allowances::of([(3, HOUR), (10, DAY)]),
            recoveries_per_client: Allowances::of([(10, HOUR)]),
            recoveries_per_account: Allowances::of([(3, HOUR)]),
            invitations_per_inviter: Allowances::of([(100, HOUR)]),
            invitations_per_organization: Allowances::of([(250, HOUR), (2_000, DAY)]),
            invitations_per_recipient: Allowances::of([(3, DAY), (10, 30 * DAY)]),
            resends_per_inviter: Allowances::of([(20, HOUR)]),
            resends_per_organization: Allowances::of([(100, HOUR)]),
            // No invitation lives longer than 30 days unless it is resent: five in that time are five.
            resends_per_invitation: Allowances::of([(1, 600), (5, 30 * DAY)]),
        }
    }
}

impl MailLimits {
    /// No limits: for load tests, and for a host application that has its own.
    pub fn off() -> Self {
        let off = Allowances::unlimited;
        Self {
            recoveries_per_recipient: off(),
            recoveries_per_client: off(),
            recoveries_per_account: off(),
            invitations_per_inviter: off(),
            invitations_per_organization: off(),
            invitations_per_recipient: off(),
            resends_per_inviter: off(),
            resends_per_organization: off(),
            resends_per_invitation: off(),
        }
    }
}

/// How far a quota is used up: the instant from which on it is untouched again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// What was counted together.
    pub bucket: Bucket,
    /// What was caused.
    pub cause: Cause,
    /// Which allowance it is, by its time.
    pub seconds: u32,
    /// When nothing of it is used any more.
    pub empties_at: OffsetDateTime,
}

/// What a commit takes from a quota. A store adds it to what is there and refuses the whole commit as a
/// [conflict](crate::port::StoreError::Conflict) if more would be used than is allowed: so a decision may be made
/// without having read the quota, and is made again with it when the quota turns out to be used up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// What is counted together.
    pub bucket: Bucket,
    /// What is caused.
    pub cause: Cause,
    /// How much is allowed.
    pub allowance: Allowance,
    /// How often it is caused.
    pub times: u32,
}

impl Charge {
    /// How far a quota is used up after this charge, if that is allowed.
    pub fn on(&self, empties_at: Option<OffsetDateTime>, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let times = i32::try_from(self.times).unwrap_or(i32::MAX);
        let after = empties_at.map_or(now, |at| at.max(now)).checked_add(self.allowance.each() * times)?;
        (after <= now.saturating_add(self.allowance.within())).then_some(after)
    }

    fn is_of(&self, spent: &Spent) -> bool {
        (&self.bucket, self.cause, self.allowance.seconds) == (&spent.bucket, spent.cause, spent.seconds)
    }
}

impl Facts {
    /// Takes one from each of these quotas, or from none of them.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`], with the longest wait of those that are used up.
    pub(crate) fn charge(&mut self, cause: Cause, quotas: &[(Bucket, &Allowances)]) -> Result<Vec<Charge>, Refusal> {
        let mut charges: Vec<Charge> = Vec::new();
        for (bucket, allowances) in quotas {
            for allowance in &allowances.0 {
                charges.push(Charge { bucket: bucket.clone(), cause, allowance: *allowance, times: 1 });
            }
        }
        let longest = charges.iter().filter_map(|charge| self.wait_for(charge)).max();
        if let Some(wait) = longest {
            let started = i64::from(wait.subsec_nanoseconds() > 0);
            let seconds = wait.whole_seconds().saturating_add(started).max(1);
            return Err(Refusal::RateLimited { retry_after: seconds.unsigned_abs() });
        }
        for charge in &charges {
            self.spend(charge);
        }
        Ok(charges)
    }

    fn spent_of(&self, charge: &Charge) -> Option<&Spent> {
        self.spent.iter().find(|spent| charge.is_of(spent))
    }

    /// How long to wait until a charge is allowed; `None` if it is allowed now.
    fn wait_for(&self, charge: &Charge) -> Option<Duration> {
        let empties_at = self.spent_of(charge).map(|it| it.empties_at);
        if charge.on(empties_at, self.now).is_some() {
            return None;
        }
        let full = empties_at?.saturating_add(charge.allowance.each()) - charge.allowance.within();
        Some(full - self.now)
    }

    fn spend(&mut self, charge: &Charge) {
        let Some(after) = charge.on(self.spent_of(charge).map(|it| it.empties_at), self.now) else { return };
        self.spent.retain(|spent| !charge.is_of(spent));
        self.spent.push(Spent {
            bucket: charge.bucket.clone(),
            cause: charge.cause,
            seconds: charge.allowance.seconds,
            empties_at: after,
        });
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);

    fn attempts(allowances: &Allowances, at: &[i64]) -> Vec<Option<u64>> {
        let mut facts = Facts::nothing(NOW);
        let mut waits = Vec::new();
        for seconds in at {
            facts.now = NOW + Duration::seconds(*seconds);
            let quota = [(Bucket::Everywhere("to:a@example.org".to_owned()), allowances)];
            let outcome = facts.charge(Cause::Invitation, &quota);
            waits.push(outcome.err().map(|refusal| match refusal {
                Refusal::RateLimited { retry_after } => retry_after,
                other => panic!("{other}"),
            }));
        }
        waits
    }

    #[test]
    fn a_burst_is_allowed_and_then_one_at_a_time() {
        let three: Allowances = "3/h".parse().unwrap();
        let waits = attempts(&three, &[0, 0, 0, 0, 600, 1_200, 1_200, 2_400]);
        assert_eq!(waits, [None, None, None, Some(1_200), Some(600), None, Some(1_200), None]);
        let both: Allowances = "2/m, 3/h".parse().unwrap();
        assert_eq!(attempts(&both, &[0, 0, 0, 60, 60]), [None, None, Some(30), None, Some(1_140)]);
        assert_eq!(attempts(&Allowances::unlimited(), &[0; 50]), [None; 50]);
    }

    #[test]
    fn a_refusal_takes_from_no_quota() {
        let mut facts = Facts::nothing(NOW);
        let (one, many): (Allowances, Allowances) = ("1/h".parse().unwrap(), "10/h".parse().unwrap());
        let [a, b] = ["a", "b"].map(|name| Bucket::Everywhere(name.to_owned()));
        assert_eq!(facts.charge(Cause::Resend, &[(a.clone(), &one), (b.clone(), &many)]).unwrap().len(), 2);
        let before = facts.clone();
        assert!(facts.charge(Cause::Resend, &[(b, &many), (a.clone(), &one)]).is_err());
        assert_eq!(facts, before);
        assert!(facts.charge(Cause::Invitation, &[(a, &one)]).is_ok(), "each cause has its own");
    }

    #[test]
    fn limits_are_written_as_numbers_within_a_time() {
        for text in ["off", "100/h", "3/d, 10/30d", "1/10m, 5/30d", "7/90s"] {
            assert_eq!(text.parse::<Allowances>().unwrap().to_string(), text);
        }
        for text in ["", "3", "3/", "/h", "0/h", "3/0h", "3/w", "-1/h", "3/h,", "3/99999999d"] {
            assert!(text.parse::<Allowances>().is_err(), "{text}");
        }
    }
}
