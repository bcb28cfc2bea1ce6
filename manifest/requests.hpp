// What a caller asks of a manifest: one small struct for each event's body.
#pragma once

#include "manifest/manifest.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace liuhen::manifest {

/// One carrier's part of the way as filed.
struct FiledLeg {
    PartyId carrier;
    Mode mode = Mode::road;
    std::string start;
    std::string end;
    std::vector<std::string> via;
    std::optional<LatLon> handover_place;
    std::optional<Instant> planned_handover_at;
};

/// Body of `create`, `edit` and `amend`: the whole form, which replaces the draft's content. Only
/// the filed fields of a line are read (weights sent, received and accepted are not).
struct Filing {
    Kind kind = Kind::hazardous;
    PartyId producer;            ///< empty: the caller's own
    std::vector<FiledLeg> legs;  ///< the first is the carrier's who loads
    PartyId receiver;
    PartyId consignor;
    SiteId origin;
    SiteId destination;
    std::string contract_no;
    std::string carriage_contract_no;
    std::string provincial_no;
    std::string plan_id;
    std::string approval_id;
    std::string parent_no;  ///< with `relation`: the manifest whose refused load this one takes
    std::optional<Relation> relation;
    std::optional<Instant> planned_depart_at;
    std::optional<Instant> planned_arrive_at;
    std::vector<WasteLine> lines;
    std::vector<Container> containers;
};

/// Body of `submit`: nothing but the signature itself.
struct Submission {};

/// Body of `carrier_accept` and `swap_vehicle`, and part of `handover_in` and `breakdown_swap`.
struct Acceptance {
    VehicleId vehicle;
    std::string plate;  ///< empty: the vehicle's registered one; else it must equal it
    std::string trailer_plate;
    std::string vehicle_permit_no;
    Person driver;
    Person escort;
    TerminalId terminal;
    std::vector<LockId> locks;
    RouteId route;  ///< may wait until depart
    std::string waybill_no;
};

/// One line's weight in a body. Its JSON name says which: sent_g, received_g or accepted_g.
struct LineWeight {
    std::uint8_t line_no{};
    Grams weight;
    std::optional<std::uint32_t> containers;  ///< counted, when given
    std::string ledger_batch_in{};            ///< of the receiver's book (HJ 1259); `accept` only
};

/// Body of `load_sign`. Two calls: the producer first, with the weights (state stays
/// CARRIER_ASSIGNED), then the driver (state becomes LOADED), who may leave the weights out.
struct Loading {
    std::optional<Grams> gross_g;
    std::optional<Grams> tare_g;
    std::optional<Grams> net_g;         ///< when given it must equal gross - tare
    std::vector<LineWeight> lines;      ///< net per line; empty: net shared by planned weight
    std::vector<std::string> seal_nos;  ///< in place of a lock that reports itself closed
    std::string scale;
    std::string manual_reason;  ///< why the vehicle's last fix is not here
};

/// Body of `depart`.
struct Departure {
    RouteId route;  ///< empty: the one given at carrier_accept
    std::string zone_pass_no;
};

/// Body of `unload`: one side asks, the other agrees.
struct Unloading {};

/// Body of `handover_out`.
struct HandoverOut {
    std::optional<LatLon> point;  ///< kept as said; the truck's own fix is what counts
    std::optional<Grams> weight_g;
    std::string reason;              ///< why not at the planned place
    std::vector<std::string> files;  ///< ids of files: photos
};

/// Body of `handover_in`: the next vehicle, and what its driver has checked (Order 23 art. 17).
struct HandoverIn {
    Acceptance acceptance;
    bool producer_checked = false;
    bool carrier_checked = false;
    bool waste_checked = false;
};

/// Body of `breakdown_swap`: the spare vehicle, why and where.
struct BreakdownSwap {
    Acceptance acceptance;
    std::string reason;
    std::optional<LatLon> point;
};

/// Body of `arrive`.
struct Arrival {};

/// Body of `weigh_in`.
struct WeighIn {
    std::optional<Grams> gross_g;
    std::optional<Grams> tare_g;
    std::optional<Grams> net_g;     ///< when given it must equal gross - tare
    std::optional<Grams> share_g;   ///< this manifest's part when several were weighed at once
    std::vector<LineWeight> lines;  ///< received per line; empty: shared by sent weight
    std::string scale;
    std::optional<Grams> scale_floor_g;  ///< resolution of the scale; 20 kg when not given
    std::string plate_read;              ///< by the scale's camera; may be empty
    WeighingSource source = WeighingSource::scale;
    std::string manual_reason;        ///< 5-500 characters when typed; may be empty otherwise
    std::vector<std::string> photos;  ///< ids of files
};

/// Body of `accept`.
struct Verdict {
    std::vector<LineWeight> lines;  ///< accepted per line; empty: as received
    std::string method_done;        ///< empty: as planned
};

/// One line of a divided receipt: what is kept, what is refused, what differs.
struct LineSplit {
    std::uint8_t line_no{};
    std::optional<Grams> accepted_g;
    std::optional<Grams> refused_g;
    std::vector<DifferenceKind> kinds;
    std::string text;               ///< 5-1000 characters, with `kinds`
    std::string ledger_batch_in{};  ///< of the receiver's book (HJ 1259), when some is kept
};

/// Body of `accept_with_difference`.
struct DifferenceDeclared {
    std::vector<LineSplit> lines;  ///< those that differ, at least one
    bool wants_part = false;       ///< true: some of it is to be refused
    std::string reason;
};

/// Body of `accept_part`.
struct PartVerdict {
    std::vector<LineSplit> lines;  ///< all lines
    std::string reason;
    std::string method_done;
};

/// Body of `reject`: everything is refused.
struct Rejection {
    Reason reason;
    Kept kept = Kept::relocked;
    std::vector<LineSplit> lines;  ///< may be left out
};

/// Body of `confirm_difference` and `confirm_backfill`: the version that the signer has read.
struct Confirmation {
    std::optional<std::uint32_t> version;
};

/// Body of `dispute`.
struct Dispute {
    std::string reason;
    std::vector<std::string> files;  ///< ids of files, at least one
};

/// Body of `rule`.
struct Ruling {
    std::string finding;           ///< 5-2000 characters
    State outcome{};               ///< accepted, partially_accepted or rejected
    std::vector<LineSplit> lines;  ///< with partially_accepted; empty: as the receiver declared
    std::string case_no;           ///< of a case or problem opened; may be empty
};

/// Body of `start_return`.
struct ReturnStart {
    RouteId route;
    std::optional<Instant> planned_arrive_at;
};

/// Body of `redirect`: where the refused load goes instead. The child manifest copies the rest.
struct Redirection {
    PartyId receiver;
    SiteId destination;
    std::string contract_no;
    std::string plan_id;
    std::string approval_id;
    RouteId route;
    std::optional<Instant> planned_arrive_at;
    std::vector<std::pair<std::uint8_t, std::string>> methods;  ///< planned method by line
};

/// Body of `settle_remainder`: the manifests that take the refused part away.
struct Settlement {
    std::vector<std::string> children;  ///< their numbers, 1-20
};

/// Body of `carrier_refuse`, `handover_refuse`, `void` and `return_backfill`.
struct Explanation {
    Reason reason;
};

/// Body of `submit_backfill`.
struct BackfillForm {
    OriginMode origin_mode = OriginMode::backfill_ordinary;
    std::string paper_no;
    std::string paper_scan;  ///< id of a file
    std::optional<Instant> departed_at;
    std::optional<Instant> arrived_at;
    std::string plate;
    Person driver;
    std::vector<LineSplit> lines;  ///< accepted and refused; sent is their sum unless `sent`
    std::vector<LineWeight> sent;
};

/// Body of `hold`.
struct HoldOrder {
    std::string order_no;
    std::string reason;
    std::optional<Instant> until;
};
/// Body of `release`.
struct Release {
    std::string reason;
};
/// Body of `close_by_authority`.
struct Seizure {
    std::string case_no;
    std::string reason;
};

/// Body of `request_revision`.
struct RevisionRequest {
    std::string reason;
    std::vector<FieldChange> changes;  ///< `before` is not read
};

/// Body of `report_treatment`.
struct TreatmentReport {
    std::vector<Treatment> lines;  ///< 1-20; `at` and `user` of each are filled in when empty
};

/// Body of events that say nothing more: `close`, `discard`, `unassign`, and the answers to a
/// revision.
struct Closing {};

using Body =
    std::variant<std::monostate, Filing, Submission, Acceptance, Loading, Unloading, Departure,
                 HandoverOut, HandoverIn, BreakdownSwap, Arrival, WeighIn, Verdict,
                 DifferenceDeclared, PartVerdict, Rejection, Confirmation, Dispute, Ruling,
                 ReturnStart, Redirection, Settlement, Explanation, BackfillForm, HoldOrder,
                 Release, Seizure, RevisionRequest, TreatmentReport, Closing>;

/// Who asks: the role of the token, its organisation, its user.
struct Actor {
    Role role{};
    PartyId party;              ///< empty for regulator, police, operator and system
    std::string user;           ///< empty for the system
    std::string division = {};  ///< area of a regulator or police: leading digits; empty: all
};

}  // namespace liuhen::manifest
