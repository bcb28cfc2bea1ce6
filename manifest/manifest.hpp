// The transfer manifest: records without behaviour. What may happen to it is in lifecycle.hpp.
//
// Times are UTC; weights are integer grams; text is UTF-8. "Needed at" in a comment names the event
// that refuses while the field is empty. Field names are the JSON names (weights end in `_g`).
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "manifest/terms.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest {

/// An organisation as it stood when the manifest was filed.
struct Party {
    PartyId id;
    std::string uscc;      ///< unified social credit code, 18 characters; needed at submit
    std::string name;      ///< 2-120 characters; needed at submit
    std::string division;  ///< 6 digits; the producer's first four are in the manifest number
    std::string address;
    std::string contact;
    std::string phone;
    std::string licence_no;           ///< receiver: hazardous-waste licence
    std::string transport_permit_no;  ///< carrier: road transport permit
    std::string emergency_phone;
    std::string emergency_plan_no;  ///< filing number of the emergency plan (Order 23 art. 9)
    std::string unit_code;          ///< discharge unit, 22 characters (HJ 608)
    std::string facility_code;      ///< 1-30 characters (HJ 608)
    friend bool operator==(const Party&, const Party&) = default;
};

/// One kind of waste on the manifest, 1-20 per manifest.
struct WasteLine {
    std::uint8_t line_no{};  ///< 1.. without gaps; 0 in a filing: numbered by position
    std::string waste_name;  ///< 1-100 characters; needed at submit
    std::string category;    ///< "HW49"; filled from the code when empty
    std::string code;        ///< "900-041-49", general waste "900-001-S17"; needed at submit
    std::vector<std::string> hazards;  ///< of T, C, I, R, In; needed at submit for HW, MEDICAL
    std::optional<Form> form;          ///< needed at submit
    std::string components;            ///< 0-200 characters
    std::string taboos;                ///< taboos and emergency measures, 1-500; at submit for HW
    std::optional<Package> package;    ///< needed at submit
    std::string package_note;          ///< 0-100 characters, needed with OTHER
    std::optional<std::uint32_t> container_count;  ///< 0-9999
    std::string un_no;              ///< "UN1263"; at submit for HW unless `exempt_rule` is given
    std::string dg_class;           ///< "3", "6.1"; as un_no
    std::string packing_group;      ///< "I", "II", "III" or empty
    std::string exempt_rule;        ///< row of the transport exemption list, empty when none
    bool exempt_condition = false;  ///< the producer states that the row's condition is met
    std::string list_name;          ///< name of the code in the list, filled in at submit
    std::optional<std::uint32_t> pieces;    ///< pieces, beside the weight only
    std::optional<std::uint32_t> volume_l;  ///< litres, beside the weight only
    std::optional<Purpose> purpose;         ///< needed at submit
    std::string method_planned;             ///< "D10"; 1-20 characters, needed at submit for HW
    std::string method_done;                ///< at accept, the planned one when not given
    std::optional<Grams> planned_g;         ///< needed at submit
    std::optional<Grams> sent_g;            ///< set by load_sign (producer), frozen when LOADED
    std::optional<Grams> received_g;        ///< set by weigh_in
    std::optional<Grams> accepted_g;  ///< set by accept, accept_part, confirm_difference, rule
    std::optional<Grams> refused_g;   ///< set by accept_part, reject, confirm_difference, rule
    std::optional<Grams> treated_g;   ///< sum of the treatments reported
    bool allocated = false;           ///< received_g is a share of one common weighing
    std::optional<std::uint32_t> containers_received;
    std::vector<DifferenceKind> differences;  ///< set by accept_with_difference
    std::string difference_text;              ///< 5-1000 characters, with `differences`
    std::string ledger_batch_out;             ///< batch code of the producer's ledger (HJ 1259)
    std::string ledger_batch_in;              ///< of the receiver's
    std::string note;                         ///< 0-500 characters
    friend bool operator==(const WasteLine&, const WasteLine&) = default;
};

/// One drum, bag or box named on the manifest, at most 2,000. Scans of it are custody records.
struct Container {
    std::string code;        ///< 1-64 characters, once on a manifest
    std::uint8_t line_no{};  ///< the line it belongs to
    std::string tag_id;      ///< digital identification code, as printed
    std::optional<Grams> gross_g;
    std::optional<Grams> tare_g;
    std::string seal_no;  ///< 1-32 characters
    friend bool operator==(const Container&, const Container&) = default;
};

struct Person {
    std::string name;  ///< 2-30 characters
    std::string user;  ///< account that signs for the person; empty when there is none
    std::string certificate_no;
    std::string certificate_until;  ///< last day of validity, "2026-12-31"; empty: not said
    std::string id_masked;          ///< person number with its middle hidden: "3301**********001X"
    friend bool operator==(const Person&, const Person&) = default;
};

/// One carrier's part of the way, 1-5 filed per manifest. Vehicle, crew, terminal and locks are
/// frozen into it by carrier_accept, swap_vehicle, handover_in or breakdown_swap.
struct Leg {
    std::uint8_t leg_no{};  ///< 1.. without gaps
    Party carrier;
    Mode mode = Mode::road;
    std::string start;                           ///< where it begins, 0-100 characters
    std::string end;                             ///< where it ends
    std::vector<std::string> via;                ///< places on the way, at most 20
    std::optional<LatLon> handover_place;        ///< planned place of handover to the next leg
    std::optional<Instant> planned_handover_at;  ///< planned time of it
    bool returning = false;                      ///< a refused load on its way back to the producer
    VehicleId vehicle;
    std::string plate;            ///< normalised, see codes.hpp
    std::uint8_t plate_colour{};  ///< JT/T 697.7: 1 blue, 2 yellow, ...; 0 unknown
    std::string trailer_plate;
    std::string vehicle_permit_no;
    Person driver;
    Person escort;  ///< name empty when there is none
    TerminalId terminal;
    std::vector<LockId> locks;           ///< 0-6
    RouteId route;                       ///< needed at depart
    std::string waybill_no;              ///< dangerous-goods waybill, 4-40 characters
    std::string zone_pass_no;            ///< pass for a police-restricted zone, empty when none
    std::vector<std::string> seal_nos;   ///< numbers of plain seals put on at loading
    std::optional<Instant> assigned_at;  ///< carrier_accept
    std::optional<Instant> loaded_at;    ///< the driver's signature; the trip's time range begins
    std::optional<Instant> depart_at;
    std::optional<Instant> arrive_at;      ///< the trip's time range ends
    std::optional<Instant> handed_out_at;  ///< handover_out: the next carrier may take over
    std::optional<LatLon> handed_out_point;
    std::optional<Grams> handed_out_g;          ///< weight at the handover, when weighed
    std::vector<std::string> handed_out_files;  ///< ids of photos of the handover
    std::string end_cause;  ///< why it ended before the receiver: "HANDOVER", "BREAKDOWN: ..."
    friend bool operator==(const Leg&, const Leg&) = default;
};

/// Who vouched for which version of the manifest, by which event.
struct Signature {
    std::string event;  ///< "submit", "load_sign", ...
    Role role{};
    PartyId party;
    std::string user;
    Instant at;               ///< the time the signer gave
    std::uint32_t version{};  ///< version of the content signed
    friend bool operator==(const Signature&, const Signature&) = default;
};

/// A truck on a scale, full and empty. The net weight is always gross - tare.
struct Weighing {
    Grams gross_g;
    Grams tare_g;
    Instant at;
    std::string scale;  ///< scale id; empty when weighed by other means
    std::string user;
    std::string manual_reason;  ///< given when the reading was typed, or the vehicle not seen there
    Grams floor_g{20'000};      ///< what the scale can tell apart: smaller differences are none
    std::string plate_read;     ///< by the camera of the scale, as read
    std::optional<WeighingSource> source;  ///< of gross and tare; empty: nobody said
    std::vector<std::string> photos;       ///< ids of files
    [[nodiscard]] Grams net() const { return gross_g - tare_g; }
    friend bool operator==(const Weighing&, const Weighing&) = default;
};

/// A condition beside the state, since when and why.
struct Mark {
    Instant since;
    std::string cause;
    friend bool operator==(const Mark&, const Mark&) = default;
};

/// Conditions beside the state; none of them is a state of its own.
struct Overlays {
    std::optional<Mark> held;             ///< by an authority, details in `Manifest::hold`
    std::optional<Mark> receipt_overdue;  ///< no decision within five working days of the receipt
    std::optional<Mark> difference;       ///< sent and received differ beyond the warning limit
    std::optional<Mark> revision_pending;
    std::optional<Mark> late_backfill;  ///< paper entered more than ten working days afterwards
    Sync sync = Sync::not_needed;
    friend bool operator==(const Overlays&, const Overlays&) = default;
};

/// An authority's order that parties may do nothing (T36).
struct Hold {
    std::string order_no;  ///< 1-60 characters
    std::string reason;    ///< 5-500 characters
    Instant since;
    Instant until;         ///< at most 30 days after `since`
    Role role{};           ///< regulator or police
    std::string division;  ///< area of the department that held it
    std::string user;
    friend bool operator==(const Hold&, const Hold&) = default;
};

/// What the receiver declared and what became of it (T21 to T26).
struct Discrepancy {
    std::uint32_t version{};  ///< version in which it was declared
    Instant at;
    bool wants_part = false;  ///< the receiver means to refuse a part
    std::string reason;       ///< text for the whole, beside that of the lines; may be empty
    std::string disputed;     ///< the producer's reason; empty: not disputed
    std::vector<std::string> dispute_files;
    std::string ruling;  ///< finding of the environment department; empty: none
    friend bool operator==(const Discrepancy&, const Discrepancy&) = default;
};

/// One field that a revision changes. Values are texts as `fields_of` prints them.
struct FieldChange {
    std::string pointer;  ///< "/lines/0/accepted_g"
    std::string before;
    std::string after;
    friend bool operator==(const FieldChange&, const FieldChange&) = default;
};
/// A proposed correction of sealed fields that waits for the counterparts (T39, T40).
struct Revision {
    Role author{};
    PartyId party;
    std::string user;
    Instant at;
    std::string reason;          ///< 5-500 characters
    std::optional<Instant> due;  ///< it lapses afterwards
    std::vector<FieldChange> changes;
    std::vector<PartyId> awaited;  ///< counterparts that have not answered
    friend bool operator==(const Revision&, const Revision&) = default;
};

/// Use or disposal that the receiver reported (T41).
struct Treatment {
    std::uint8_t line_no{};
    Grams weight;
    std::string method;
    Instant at;
    std::string ledger_batch;
    std::string user;
    friend bool operator==(const Treatment&, const Treatment&) = default;
};

/// Another manifest that this one came from or led to.
struct Link {
    ManifestId id;
    std::string no;
    Relation relation{};
    friend bool operator==(const Link&, const Link&) = default;
};

/// A reason in a code of the caller's list and in words.
struct Reason {
    std::string code;  ///< 1-40 characters; may be empty where only words are asked
    std::string text;  ///< 5-500 characters
    friend bool operator==(const Reason&, const Reason&) = default;
};

/// What the paper said, entered afterwards (T33 to T35).
struct Backfill {
    std::uint32_t version{};  ///< version in which it was entered
    std::string paper_scan;   ///< id of the stored scan
    Instant departed_at;
    Instant arrived_at;
    std::vector<PartyId> confirmed_by;  ///< carrier, receiver
    std::string returned;               ///< why it was sent back last; empty: it was not
    friend bool operator==(const Backfill&, const Backfill&) = default;
};

/// One transfer. `version` counts every change from 1; 0 is "no such manifest yet" (before create).
struct Manifest {
    ManifestId id;
    std::string no;             ///< 14 digits; empty before submit
    std::string provincial_no;  ///< the province's own number, 1-32 characters; may be empty
    Kind kind = Kind::hazardous;
    std::optional<Flow> flow;  ///< set at submit from the divisions, never taken from the caller
    OriginMode origin_mode = OriginMode::normal;
    std::string paper_no;           ///< needed at submit_backfill, 1-40 characters
    std::string directory_version;  ///< edition of the waste list that judged the codes
    std::string plan_id;            ///< the producer's management plan
    std::string approval_id;        ///< cross-province approval
    std::optional<Link> parent;
    std::vector<Link> children;
    State state = State::draft;
    std::uint32_t version{};
    Party producer;
    Party receiver;
    PartyId consignor;                         ///< producer or receiver; the producer when empty
    SiteId origin;                             ///< the producer's fenced place; needed at submit
    SiteId destination;                        ///< the receiver's fenced place; needed at submit
    std::string contract_no;                   ///< producer and receiver, 1-60 characters
    std::string carriage_contract_no;          ///< consignor and carrier
    std::optional<Instant> planned_depart_at;  ///< needed at submit
    std::optional<Instant>
        planned_arrive_at;  ///< needed at submit; after departure, within 10 days
    std::vector<WasteLine> lines;
    std::vector<Container> containers;
    std::vector<Leg> legs;  ///< leg 1 holds the filed carrier from the draft on
    std::vector<Signature> signatures;
    std::optional<Weighing> weigh_out;
    std::optional<Weighing> weigh_in;
    std::optional<Weighing> weigh_return;  ///< back at the producer's (T28)
    std::optional<Instant> submitted_at;
    std::optional<Instant> accepted_at;  ///< the receiver's decision, whichever it was
    std::optional<Instant> closed_at;
    std::optional<Instant> discarded_at;  ///< T03: a removed draft, kept for the audit only
    std::optional<Reason> void_reason;
    std::optional<Reason> carrier_refusal;  ///< the last one (T07)
    std::optional<Reason> rejection;        ///< T23
    std::optional<Kept> kept;               ///< how the refused load waits
    std::optional<Discrepancy> discrepancy;
    std::optional<Hold> hold;
    std::optional<Revision> revision;
    std::optional<Backfill> backfill;
    std::vector<Treatment> treatments;
    std::string case_no;  ///< T38
    Overlays overlays;
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

inline constexpr std::size_t max_lines = 20;
inline constexpr std::size_t max_legs = 5;
inline constexpr std::size_t max_locks = 6;
inline constexpr std::size_t max_containers = 2'000;

/// The leg that holds the load or will take it first: the last one with a vehicle, else the first.
/// Null while the manifest has none.
const Leg* current_leg(const Manifest& manifest);
/// The leg after the current one; null when there is none.
const Leg* next_leg(const Manifest& manifest);
/// Divisions that the manifest touches: producer's, receiver's, carriers'; without repetition.
std::vector<std::string> divisions_of(const Manifest& manifest);
/// Sum over the lines of a weight; nullopt when a line lacks it or there is no line.
std::optional<Grams> total(const Manifest& manifest, std::optional<Grams> WasteLine::*weight);

}  // namespace liuhen::manifest
