// The reader of each event's body, by what the event is about. `read_event` holds their table.
#pragma once

#include "manifest/requests.hpp"
#include "server/json/fields.hpp"

namespace liuhen::server::events {

// filing_form.cpp
manifest::Body read_filing(Fields& f);
manifest::Body read_backfill(Fields& f);

// carriage_form.cpp
manifest::Body read_acceptance(Fields& f);
manifest::Body read_loading(Fields& f);
manifest::Body read_departure(Fields& f);
manifest::Body read_handover_out(Fields& f);
manifest::Body read_handover_in(Fields& f);
manifest::Body read_breakdown(Fields& f);
manifest::Body read_return(Fields& f);

// receipt_form.cpp
manifest::Body read_weigh_in(Fields& f);
manifest::Body read_verdict(Fields& f);
manifest::Body read_difference(Fields& f);
manifest::Body read_part(Fields& f);
manifest::Body read_rejection(Fields& f);
manifest::Body read_confirmation(Fields& f);
manifest::Body read_dispute(Fields& f);
manifest::Body read_ruling(Fields& f);
manifest::Body read_redirection(Fields& f);
manifest::Body read_treatment(Fields& f);

}  // namespace liuhen::server::events
