//! The suite that every store must pass, ours and strangers': the contract of the ports as named tests.
//!
//! ```
//! # use std::sync::Arc;
//! # use membership_core::port::Clock;
//! use membership_testkit::conformance::Harness;
//! use membership_testkit::{Stores, conformance_suite};
//!
//! struct InMemory;
//!
//! #[async_trait::async_trait]
//! impl Harness for InMemory {
//!     async fn fresh(&self, clock: Arc<dyn Clock>) -> Stores {
//!         Stores::in_memory(clock)
//!     }
//! }
//!
//! // One test for each case, named after the store: `memory::atomicity::a_dropped_session_leaves_nothing`, and so on.
//! conformance_suite!(memory, InMemory);
//! # fn main() {}
//! ```

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a case of the suite is a test: it fails by panicking"
)]

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use membership_core::port::Clock;
use membership_core::refusal::Refusal;
use membership_core::service::Failure;

use crate::clock::ManualClock;
use crate::stores::Stores;
use crate::world::World;

pub mod atomicity;
pub mod audit;
pub mod backup;
pub mod claims;
pub mod clearing;
pub mod exclusion;
pub mod imports;
pub mod instants;
pub mod keys;
pub mod listing;
pub mod mailbox;
pub mod mirrors;
mod observation;
pub mod outbox;
pub mod paging;
pub mod quotas;
pub mod receipts;
pub mod recovery;
pub mod report;
pub mod round_trip;
mod rows;
pub mod seats;
pub mod second_factors;
pub mod sharing;
pub mod upkeep;
pub mod walks;

pub use observation::{Observation, observe};

/// Makes the stores that the suite is run on.
#[async_trait]
pub trait Harness: Send + Sync {
    /// A new deployment with nothing in it, whose time is told by this clock and by no other. Several may be in use at
    /// the same time; they share nothing.
    async fn fresh(&self, clock: Arc<dyn Clock>) -> Stores;
}

/// Runs a case in a world on a fresh store, on several threads. What [`conformance_suite!`](crate::conformance_suite)
/// expands to.
///
/// # Panics
/// If the case fails.
pub fn in_a_fresh_world<F: Future<Output = ()>>(harness: impl Harness, case: impl FnOnce(World) -> F) {
    runtime().block_on(async {
        let clock = Arc::new(ManualClock::default());
        let stores = harness.fresh(clock.clone()).await;
        case(World::on(stores, clock)).await;
    });
}

/// Runs a case that makes its own stores. What [`conformance_suite!`](crate::conformance_suite) expands to.
///
/// # Panics
/// If the case fails.
pub fn with_harness<H: Harness, F: Future<Output = ()>>(harness: H, case: impl FnOnce(Arc<H>) -> F) {
    runtime().block_on(case(Arc::new(harness)));
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(4).enable_all().build().expect("a runtime can be started")
}

/// Runs attempts at the same time, as close together as tasks on several threads can be, and returns their outcomes in
/// order.
///
/// # Panics
/// If an attempt panics.
pub async fn race<T, F>(attempts: impl IntoIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let attempts: Vec<_> = attempts.into_iter().collect();
    let start = Arc::new(tokio::sync::Barrier::new(attempts.len()));
    let tasks: Vec<_> = attempts
        .into_iter()
        .map(|attempt| {
            let start = start.clone();
            tokio::spawn(async move {
                start.wait().await;
                attempt.await
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.expect("an attempt does not panic"));
    }
    outcomes
}

/// `ok`, or the code of the refusal.
///
/// # Panics
/// If the store failed: every case of the suite asks for what a store can do.
#[track_caller]
pub fn code<T>(result: &Result<T, Failure>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Failure::Refused(refusal)) => Refusal::code(refusal),
        Err(failure) => panic!("the store failed: {failure}"),
    }
}

/// How often each code is among the outcomes.
///
/// # Panics
/// If the store failed.
#[track_caller]
pub fn tally<T>(results: &[Result<T, Failure>]) -> std::collections::BTreeMap<&'static str, usize> {
    let mut tally = std::collections::BTreeMap::new();
    for result in results {
        *tally.entry(code(result)).or_default() += 1;
    }
    tally
}

/// Expands to one test for each case of the conformance suite, in a module of the store's name:
/// `conformance_suite!(sqlite, SqliteHarness::new())`. The second part makes a [`Harness`]; it is evaluated anew in
/// each test.
#[macro_export]
macro_rules! conformance_suite {
    ($store:ident, $harness:expr) => {
        fn $store() -> impl $crate::conformance::Harness {
            $harness
        }

        mod $store {
            $crate::conformance_suite!(@group $store in_a_fresh_world atomicity
                a_commit_whose_guard_fails_leaves_nothing
                a_commit_writes_everything_together
                a_refused_command_leaves_nothing
                a_dropped_session_leaves_nothing
                a_dropped_session_lets_the_next_writer_in
                what_was_committed_is_read_by_the_next_session
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world exclusion
                a_session_keeps_the_organizations_other_writers_out
                a_session_keeps_no_reader_out
                s3_5_forty_rivals_for_eight_reserved_seats
                s0_6_forty_rivals_for_eight_seats_allocated_by_hand
                forty_rivals_for_eight_seats_taken_on_joining
                forty_rivals_for_eight_seats_where_the_others_wait
                i1_two_transfers_at_once_make_one_owner
                i1_a_transfer_and_the_removal_of_its_target_leave_an_owner
                two_administrators_removing_each_other_leave_one
                i4_one_link_redeemed_by_many_makes_one_member
                i3_accepting_revoking_and_declining_at_once_end_it_once
                two_changes_of_one_row_at_once_both_hold
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world receipts
                i14_a_request_sent_many_times_at_once_has_one_effect
                i14_a_sign_up_sent_many_times_at_once_has_one_effect
                i14_a_repeat_is_answered_with_what_was_kept
                a_receipt_is_kept_with_its_scope
                a_receipt_is_forgotten_at_its_end
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world instants
                an_invitation_expires_at_the_instant
                a_reservation_stops_counting_at_the_instant
                a_scheduled_invitation_opens_at_the_instant
                a_membership_ends_at_the_instant
                a_sign_in_and_a_sign_up_end_at_the_instant
                facts_carry_the_stores_time_in_whole_microseconds
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world claims
                one_address_is_verified_by_one_of_many
                one_username_is_claimed_by_one_of_many
                one_identity_belongs_to_one_of_many
                one_of_many_becomes_the_first_operator
                one_sign_up_is_completed_once
                an_unverified_address_claims_nothing
                a_claim_can_be_passed_on_in_one_commit
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world recovery
                a12_a_link_is_redeemed_by_one_of_many
                i8_a_changed_password_ends_what_began_under_the_older_one
                a_newer_link_takes_the_older_ones_place
                two_who_ask_at_once_get_one_link
                sign_ins_are_listed_until_they_end
                a64_a_sign_in_is_replaced_once_and_that_is_no_login
                a_sign_in_that_rests_ends_at_the_instant
                links_survive_being_stored
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world keys
                keys_survive_being_stored
                a_key_is_found_by_its_hash_in_its_own_organization
                that_a_key_is_used_is_noted_once_an_hour
                dead_keys_are_forgotten_after_thirty_days
                i8_a_revoked_key_is_worth_nothing
                i15_what_a_key_does_is_logged_under_its_name
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world quotas
                a54_a_mailbox_gets_no_more_than_it_may_from_however_many
                a54_what_is_used_up_is_refused_and_comes_back_at_the_instant
                a_refusal_takes_from_no_quota
                unused_quotas_are_forgotten
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world second_factors
                a_code_of_the_app_is_accepted_once
                a_pending_sign_in_is_completed_once
                one_set_of_recovery_codes_holds
                second_factors_survive_being_stored
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world imports
                rows_are_wiped_with_their_outcome
                no_part_is_written_twice
                an_import_is_claimed_by_one_server
                a_deleted_organizations_imports_are_not_due
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world clearing
                what_a_clear_took_comes_back_as_it_was
                a_chunk_of_a_clear_is_carried_out_once
                cleared_logins_are_forgotten_when_nobody_can_have_them_back
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world listing
                members_are_filtered_as_the_rules_see_them
                members_are_searched_by_name_and_address
                members_are_sorted_by_lower_case_name_then_id
                invitations_are_filtered_as_the_rules_see_them
                holders_of_roles_are_the_active_ones_with_an_address
                who_is_enrolled_is_found_among_some
                another_organizations_rows_are_never_listed
                organizations_are_listed_and_found
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world paging
                no_member_is_missed_or_doubled
                no_member_is_missed_or_doubled_while_others_come_and_go
                no_invitation_is_missed_or_doubled
                s4_3_no_round_is_missed_or_doubled
                a_page_has_at_least_one_row_and_at_most_a_hundred
                a_page_is_the_same_without_a_total
                a_cursor_that_no_page_gave_out_is_harmless
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world report
                s4_6_who_signed_in_last_is_known_in_each_of_their_organizations
                s4_6_logins_are_counted_by_the_day_since_which_they_are_there
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world mirrors
                a_users_organizations_follow_the_memberships
                what_waits_for_an_address_follows_the_invitations
                a_member_who_comes_back_is_listed_once
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world outbox
                messages_are_due_in_order
                a_message_is_claimed_by_one_of_many_couriers
                a_claim_ends_with_its_lease
                an_outcome_is_written_once
                a_deferred_message_waits_until_its_time
                the_delivery_of_the_present_generation_is_reported
                a_commit_does_not_overwrite_a_delivery
                a_message_to_several_is_replaced_by_one_for_each
                i7_one_cause_makes_one_message
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world mailbox
                the_newest_mails_come_first
                a_repeat_takes_the_earlier_ones_place
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world audit
                i15_every_log_is_an_intact_chain
                entries_are_filtered_and_paged
                a_log_is_read_in_order_from_any_place
                every_log_is_listed_once
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world seats
                those_who_wait_are_served_in_turn
                the_end_of_a_subscription_is_announced_once_each_time
                several_seats_are_allocated_at_once
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world upkeep
                organizations_with_lapsed_rows_are_found
                what_nobody_can_use_is_forgotten
                dead_links_are_forgotten_after_thirty_days
                codes_are_found_by_their_locator_until_they_are_dead
                at_most_a_thousand_lapsed_rows_are_loaded
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world round_trip
                an_organization_survives_being_stored
                members_survive_being_stored
                invitations_survive_being_stored
                users_survive_being_stored
                sign_ins_and_sign_ups_survive_being_stored
                messages_survive_being_stored
                receipts_survive_being_stored
                changed_rows_survive_being_stored
                a_scope_reads_what_it_asks_for
                a_scope_reads_the_invitation_to_the_owner
            );
            $crate::conformance_suite!(@group $store in_a_fresh_world sharing
                records_and_shares_survive_being_stored
                a_scope_reads_the_shares_it_asks_for
                a_share_with_a_group_reaches_whoever_is_in_it
                i8_a_members_shares_go_with_the_membership
                records_are_listed_as_the_rules_see_them
            );
            $crate::conformance_suite!(@group $store with_harness backup
                a_backup_goes_in_as_it_came_out
                a_restore_that_fails_leaves_nothing
                a_user_is_found_again_by_id_only
                a_deleted_organization_comes_back
                a_deleted_organization_takes_no_other_log
            );
            $crate::conformance_suite!(@group $store with_harness walks
                random_walks_end_as_they_do_on_the_model
            );
        }
    };
    (@group $store:ident $run:ident $group:ident $($case:ident)+) => {
        mod $group {
            $(
                #[test]
                fn $case() {
                    $crate::conformance::$run(super::super::$store(), $crate::conformance::$group::$case);
                }
            )+
        }
    };
}
