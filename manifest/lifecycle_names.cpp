// Names of events and effects, as published and stored.
#include "manifest/lifecycle.hpp"
#include "manifest/names.hpp"

namespace liuhen::manifest {
namespace {

constexpr Names<Event> events{"create",
                              "edit",
                              "discard",
                              "submit",
                              "amend",
                              "carrier_accept",
                              "carrier_refuse",
                              "unassign",
                              "swap_vehicle",
                              "load_sign",
                              "unload",
                              "depart",
                              "track_or_lock_event",
                              "handover_out",
                              "handover_in",
                              "handover_refuse",
                              "breakdown_swap",
                              "arrive",
                              "weigh_in",
                              "accept",
                              "accept_with_difference",
                              "accept_part",
                              "reject",
                              "confirm_difference",
                              "dispute",
                              "rule",
                              "start_return",
                              "confirm_return",
                              "redirect",
                              "settle_remainder",
                              "close",
                              "void",
                              "submit_backfill",
                              "confirm_backfill",
                              "return_backfill",
                              "hold",
                              "release",
                              "close_by_authority",
                              "request_revision",
                              "approve_revision",
                              "refuse_revision",
                              "cancel_revision",
                              "report_treatment"};

constexpr Names<EffectKind> effects{"none",
                                    "reserve_quantities",
                                    "correct_quantities",
                                    "give_back_quantities",
                                    "outbox_national",
                                    "bind_leg",
                                    "free_leg",
                                    "start_watch",
                                    "disarm_watch",
                                    "hand_over_watch",
                                    "make_child",
                                    "note_departure",
                                    "end_watch",
                                    "start_receipt_clock",
                                    "raise_loaded_elsewhere",
                                    "raise_backfill_conflict",
                                    "notify_producer",
                                    "notify_carrier",
                                    "notify_receiver",
                                    "notify_authority",
                                    "notify_origin_authority",
                                    "add_to_stock",
                                    "freeze_content"};

}  // namespace

std::string_view code(Event event) { return name_in(events, event); }
std::string_view code(EffectKind kind) { return name_in(effects, kind); }
std::optional<Event> event_from_code(std::string_view code) { return find_in(events, code); }

}  // namespace liuhen::manifest
