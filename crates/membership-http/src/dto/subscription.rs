//! What was bought, how much of it is taken, and who waits, on the wire.

use membership_core::command::seat::Outcome;
use membership_core::id::MemberId;
use membership_core::input::InvalidInput;
use membership_core::name::PlanName;
use membership_core::organization::Seats;
use membership_core::policy::WhenFull;
use membership_core::subscription::Terms;
use membership_core::view::{MemberView, OrganizationView};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::dto::member::Member;
use crate::dto::{field, policy};
use crate::options::HttpOptions;

/// What was bought, and how much of it is taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct Subscription {
    /// What the operator calls the package.
    #[schema(required)]
    plan: Option<String>,
    /// How many seats there are; `null` is unlimited.
    #[schema(required)]
    seat_limit: Option<u32>,
    /// Seats that members hold.
    assigned: u32,
    /// Seats that outstanding invitations reserve.
    reserved: u32,
    /// Seats that can still be taken; `null` is any number.
    #[schema(required)]
    free: Option<u32>,
    /// Members who wait for a seat.
    waiting: u32,
    /// When a member takes a seat: `unlimited`, `on_joining`, `on_inviting` or `by_hand`.
    seat_policy: &'static str,
    /// What becomes of who joins and finds no seat: `refuse` or `wait`.
    when_full: &'static str,
    /// From when on it is over; `null` never ends.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    expires_at: Option<OffsetDateTime>,
    /// For how many days after that everything can still be read and used, while nothing grows.
    grace_days: u16,
    /// When the grace ends.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    grace_ends_at: Option<OffsetDateTime>,
    /// `active`, `grace` or `expired`, now.
    state: &'static str,
}

impl From<&OrganizationView> for Subscription {
    fn from(view: &OrganizationView) -> Self {
        let head = &view.head;
        let (seats, subscription) = (&head.seats, &head.subscription);
        Self {
            plan: subscription.plan.as_ref().map(ToString::to_string),
            seat_limit: seats.limit,
            assigned: seats.assigned,
            reserved: seats.reserved,
            free: seats.free(),
            waiting: seats.waiting,
            seat_policy: policy::seat_policy(head.organization.policy.seat_policy),
            when_full: head.organization.policy.when_full.as_str(),
            expires_at: subscription.expires_at,
            grace_days: subscription.grace_days,
            grace_ends_at: subscription.grace_ends_at(),
            state: view.subscription_state.as_str(),
        }
    }
}

/// A subscription for whoever wants more of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubscriptionWithContact {
    #[serde(flatten)]
    subscription: Subscription,
    /// Whom to ask for more: the operator's address or page, if the deployment names one.
    #[schema(required)]
    contact: Option<String>,
    /// The page that manages seats.
    seats_url: String,
}

impl SubscriptionWithContact {
    pub(crate) fn new(view: &OrganizationView, options: &HttpOptions) -> Self {
        Self {
            subscription: Subscription::from(view),
            contact: options.operator_contact.clone(),
            seats_url: format!("{}/organizations/{}/seats", options.public_url, view.head.organization.id),
        }
    }
}

/// The operator sells a plan, seats and a time. It is set as a whole: what is left out ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubscriptionChange {
    /// How many seats there are; `null` is unlimited.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    seat_limit: Option<i64>,
    /// What the package is called.
    plan: Option<String>,
    /// From when on it is over; never if no time is named.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// For how many days after that everything can still be read and used, while nothing grows; 0 if no number is named.
    grace_days: Option<i64>,
}

impl SubscriptionChange {
    pub(crate) fn terms(&self) -> Result<Terms, InvalidInput> {
        Ok(Terms {
            plan: self.plan.as_deref().map(PlanName::parse).transpose()?,
            seat_limit: seat_limit(self.seat_limit)?,
            expires_at: field::optional_time("expires_at", self.expires_at.as_deref())?,
            grace_days: grace_days(self.grace_days)?,
        })
    }
}

pub(crate) fn seat_limit(limit: Option<i64>) -> Result<Option<u32>, InvalidInput> {
    let fits = |limit: i64| u32::try_from(limit).ok().filter(|limit| *limit <= Seats::LARGEST_LIMIT);
    let checked = limit.map(|limit| {
        fits(limit).ok_or_else(|| {
            let rule = format!("must be a whole number from 0 to {}", Seats::LARGEST_LIMIT);
            InvalidInput::new("seat_limit", "out-of-range", rule)
        })
    });
    checked.transpose()
}

fn grace_days(days: Option<i64>) -> Result<u16, InvalidInput> {
    let most = membership_core::subscription::Subscription::MOST_GRACE_DAYS;
    u16::try_from(days.unwrap_or(0)).ok().filter(|days| *days <= most).ok_or_else(|| {
        InvalidInput::new("grace_days", "out-of-range", format!("must be a whole number from 0 to {most}"))
    })
}

/// What becomes of who joins and finds no seat.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhenFullChange {
    /// `refuse`: the acceptance is refused. `wait`: the person is a member with limited access, and gets the next seat
    /// that comes free.
    when_full: String,
}

impl WhenFullChange {
    pub(crate) fn when_full(&self) -> Result<WhenFull, InvalidInput> {
        let known = WhenFull::ALL.into_iter().find(|it| it.as_str() == self.when_full);
        known.ok_or_else(|| InvalidInput::new("when_full", "unknown-value", "must be `refuse` or `wait`"))
    }
}

/// The most members of one request.
const MOST_MEMBERS: usize = 1_000;

/// Several members get seats.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeatBatch {
    /// The ids of the members, at most 1,000; the last free seat goes to the first of them.
    members: Vec<String>,
    /// Whether to say only what would become of each.
    dry_run: Option<bool>,
}

impl SeatBatch {
    pub(crate) fn is_dry_run(&self) -> bool {
        self.dry_run.unwrap_or(false)
    }

    pub(crate) fn members(&self) -> Result<Vec<MemberId>, InvalidInput> {
        if !(1..=MOST_MEMBERS).contains(&self.members.len()) {
            let rule = format!("must name 1 to {MOST_MEMBERS} members");
            return Err(InvalidInput::new("members", "out-of-range", rule));
        }
        let read = |text: &String| text.parse::<MemberId>().map_err(|input| input.about("members"));
        self.members.iter().map(read).collect()
    }
}

/// What became of each member.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeatBatchResult {
    /// Whether nothing was written.
    dry_run: bool,
    /// One outcome for each member, in the order of the request.
    items: Vec<SeatBatchItem>,
}

/// What became of a member.
#[derive(Serialize, ToSchema)]
struct SeatBatchItem {
    member_id: Uuid,
    /// `allocated`, or the code of the rule that said no.
    outcome: &'static str,
    /// Why not, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl SeatBatchResult {
    pub(crate) fn new(dry_run: bool, members: &[MemberId], outcomes: &[Outcome]) -> Self {
        let item = |(member, outcome): (&MemberId, &Outcome)| SeatBatchItem {
            member_id: member.0,
            outcome: outcome.as_ref().map_or_else(|refusal| refusal.code(), |_| "allocated"),
            detail: outcome.as_ref().err().map(ToString::to_string),
        };
        Self { dry_run, items: members.iter().zip(outcomes).map(item).collect() }
    }
}

/// Who waits for a seat, whoever has waited longest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct Line {
    /// At most the first 1,000; suspended members, who are passed over, are left out.
    items: Vec<Waiting>,
    /// How many of them there are.
    total: usize,
}

/// Somebody who waits for a seat.
#[derive(Serialize, ToSchema)]
struct Waiting {
    /// 1 is next.
    position: usize,
    member: Member,
}

impl Line {
    pub(crate) fn new(line: &[MemberView]) -> Self {
        let waiting = |(position, view)| Waiting { position, member: Member::from(view) };
        Self { items: (1..).zip(line).map(waiting).collect(), total: line.len() }
    }
}
