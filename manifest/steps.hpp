// What becomes true when a row of the table is taken: `decision.next` is the manifest with its
// version counted up and its state set; a step fills in the rest, warnings and extra effects.
#pragma once

#include "manifest/lifecycle.hpp"

namespace liuhen::manifest::steps {

/// Adds the caller's signature to the version being made; the service itself signs nothing.
void sign(Manifest& next, const Request& request);
/// The leg that holds the load or will take it first. Precondition: there is one.
Leg& running_leg(Manifest& next);
/// Vehicle, crew, terminal and locks of an acceptance, as of the request's time.
void man(Leg& leg, const Acceptance& given, const Case& c);

// steps_filing.cpp
void file(Decision& decision, const Case& c);              ///< T01, T02
void discard(Decision& decision, const Case& c);           ///< T03
void submit(Decision& decision, const Case& c);            ///< T04
void amend(Decision& decision, const Case& c);             ///< T05
void void_(Decision& decision, const Case& c);             ///< T32
void submit_backfill(Decision& decision, const Case& c);   ///< T33
void confirm_backfill(Decision& decision, const Case& c);  ///< T34
void return_backfill(Decision& decision, const Case& c);   ///< T35

// steps.cpp
void assign(Decision& decision, const Case& c);           ///< T06, T09
void refuse_carriage(Decision& decision, const Case& c);  ///< T07
void unassign(Decision& decision, const Case& c);         ///< T08
void sign_load(Decision& decision, const Case& c);        ///< T10, both signatures
void unload(Decision& decision, const Case& c);           ///< T11, both signatures
void depart(Decision& decision, const Case& c);           ///< T12
void hand_out(Decision& decision, const Case& c);         ///< T14
void hand_in(Decision& decision, const Case& c);          ///< T15
void refuse_handover(Decision& decision, const Case& c);  ///< T16
void swap_on_the_way(Decision& decision, const Case& c);  ///< T17

// steps_receipt.cpp
void arrive(Decision& decision, const Case& c);              ///< T18
void weigh_in(Decision& decision, const Case& c);            ///< T19
void accept(Decision& decision, const Case& c);              ///< T20
void declare_difference(Decision& decision, const Case& c);  ///< T21
void accept_part(Decision& decision, const Case& c);         ///< T22
void reject(Decision& decision, const Case& c);              ///< T23
void confirm_difference(Decision& decision, const Case& c);  ///< T24
void dispute(Decision& decision, const Case& c);             ///< T25
void rule(Decision& decision, const Case& c);                ///< T26
void start_return(Decision& decision, const Case& c);        ///< T27
void confirm_return(Decision& decision, const Case& c);      ///< T28
void redirect(Decision& decision, const Case& c);            ///< T29
void settle_remainder(Decision& decision, const Case& c);    ///< T30
void close(Decision& decision, const Case& c);               ///< T31
void report_treatment(Decision& decision, const Case& c);    ///< T41

// steps_authority.cpp
void hold(Decision& decision, const Case& c);              ///< T36
void release(Decision& decision, const Case& c);           ///< T37
void seize(Decision& decision, const Case& c);             ///< T38
void request_revision(Decision& decision, const Case& c);  ///< T39
void answer_revision(Decision& decision, const Case& c);   ///< T40

}  // namespace liuhen::manifest::steps
