#include "manifest/unlock.hpp"

#include "manifest/names.hpp"

#include <algorithm>
#include <cassert>

namespace liuhen::manifest {
namespace {

using S = State;
using R = Role;
using enum RefusalKind;

constexpr Names<UnlockGround> grounds{"loading", "receipt", "return", "swap", "inspection"};
constexpr Names<UnlockSpot> spots{"origin", "destination", "swap_place", "anywhere"};
constexpr Names<UnlockSpot> codes_when_away{"UNLOCK_NOT_AT_ORIGIN", "UNLOCK_NOT_AT_DESTINATION",
                                            "UNLOCK_NOT_AT_SWAP_PLACE", ""};

constexpr UnlockRow table[] = {
    {.row = "U1",
     .ground = UnlockGround::loading,
     .states = S::carrier_assigned,
     .spot = UnlockSpot::origin,
     .roles = {R::producer, R::driver},
     .because = "nobody has signed the load yet; the truck is opened to be loaded"},
    {.row = "U2",
     .ground = UnlockGround::loading,
     .states = S::loaded,
     .spot = UnlockSpot::origin,
     .roles = R::producer,
     .because = "the signed load is corrected by the one who answers for it, before it leaves"},
    {.row = "U3",
     .ground = UnlockGround::receipt,
     .states = S::arrived,
     .spot = UnlockSpot::destination,
     .roles = R::receiver,
     .because = "the receiver takes the load into its charge"},
    {.row = "U4",
     .ground = UnlockGround::return_,
     .states = S::returning,
     .spot = UnlockSpot::origin,
     .roles = R::producer,
     .because = "the producer takes a refused load back"},
    {.row = "U5",
     .ground = UnlockGround::swap,
     .states = S::in_transit,
     .spot = UnlockSpot::swap_place,
     .roles = {R::carrier, R::driver},
     .because = "an authority let the load of a broken truck go over to another, at that place"},
    {.row = "U6",
     .ground = UnlockGround::inspection,
     .states = {},
     .spot = UnlockSpot::anywhere,
     .roles = {R::regulator, R::police},
     .because = "an authority looks inside under an order that is on record"},
};

constexpr RefusalText refusals[] = {
    {"UNLOCK_OPERATOR", forbidden, "the operator of the service opens no lock",
     "系统运维方无权开锁"},
    {"UNLOCK_ROLE", forbidden, "your role opens no lock here", "您的角色不能开锁"},
    {"UNLOCK_NOT_PARTY", forbidden, "no manifest on the truck names your organisation in that role",
     "车上联单均未指定本单位为该角色"},
    {"UNLOCK_NOT_NAMED_DRIVER", forbidden, "another driver is named for this leg",
     "本段运输指定的驾驶员不是您"},
    {"UNLOCK_HELD", held, "a manifest on the truck is held by an authority",
     "车上有联单被监管部门暂停，不得开锁"},
    {"UNLOCK_NOT_MOUNTED", illegal_state, "the lock is on no vehicle now",
     "该锁当前未安装在车辆上"},
    {"UNLOCK_NO_MANIFEST", illegal_state, "the truck carries no manifest", "该车没有在途联单"},
    {"UNLOCK_NOT_ABOARD", illegal_state, "the manifest named is not on this truck",
     "所指联单不在该车上"},
    {"UNLOCK_STATE", illegal_state,
     "no manifest on the truck is at a point where your role may open it",
     "车上联单的当前状态不允许您的角色开锁"},
    {"UNLOCK_NO_SWAP", illegal_state, "no swap of vehicles has been granted for this time",
     "未批准换车，或不在批准时间内"},
    {"UNLOCK_NO_INSPECTION", illegal_state, "no inspection of this vehicle is on record for now",
     "该车当前没有已登记的检查"},
    {"UNLOCK_NO_POSITION", illegal_state, "the truck has never told where it is",
     "没有该车的定位数据"},
    {"UNLOCK_STALE_POSITION", illegal_state,
     "the truck's last satellite fix is more than five minutes old",
     "该车最近的卫星定位已超过五分钟"},
    {"UNLOCK_COARSE_POSITION", illegal_state,
     "the truck's position comes from cell towers only and proves no place",
     "该车目前只有基站定位，不能证明所在场所"},
    {"UNLOCK_NOT_AT_ORIGIN", illegal_state, "the truck is not inside the producer's fence",
     "车辆不在移出人场所围栏内"},
    {"UNLOCK_NOT_AT_DESTINATION", illegal_state, "the truck is not inside the receiver's fence",
     "车辆不在接受人场所围栏内"},
    {"UNLOCK_NOT_AT_SWAP_PLACE", illegal_state, "the truck is not at the place of the granted swap",
     "车辆不在批准的换车地点"},
};

const RefusalText& words_of(std::string_view code) {
    const auto* found = std::ranges::find(refusals, code, &RefusalText::code);
    assert(found != std::end(refusals));
    return *found;
}

std::vector<const UnlockRow*> rows_of(Role role) {
    std::vector<const UnlockRow*> mine;
    std::vector<const UnlockRow*> all;
    for (const UnlockRow& row : table) {
        all.push_back(&row);
        if (row.roles.has(role)) mine.push_back(&row);
    }
    return mine.empty() ? all : mine;
}

UnlockRefusal refused(std::string_view code, Role role, std::optional<State> state = {}) {
    const RefusalText& words = words_of(code);
    return {words.code, words.kind, words.en, words.zh, state, rows_of(role)};
}

// Where a row stopped. The later, the closer it came.
enum class Step : std::uint8_t { role, party, driver, state, grant, position, spot, granted };

struct Trial {
    Step step{};
    std::string_view code;  // empty when granted
    const Aboard* manifest = nullptr;
    const SwapGrant* swap = nullptr;
};

PartyId seat(const Aboard& one, Role role) {
    if (role == Role::producer) return one.producer;
    if (role == Role::receiver) return one.receiver;
    if (role == Role::carrier || role == Role::driver) return one.carrier;
    return {};
}

// Empty when a satellite fix says where the truck is now.
std::string_view position_fault(const Whereabouts& truck, Instant now) {
    const auto fresh = [now](const std::optional<Instant>& at) {
        return at && *at >= now - unlock_fix_age && *at <= now + unlock_clock_tolerance;
    };
    if (fresh(truck.fixed_at)) return {};
    if (fresh(truck.cell_at)) return "UNLOCK_COARSE_POSITION";
    return truck.fixed_at || truck.cell_at ? "UNLOCK_STALE_POSITION" : "UNLOCK_NO_POSITION";
}

std::string_view spot_fault(const UnlockRow& row, const Aboard& one, const SwapGrant* swap,
                            const Whereabouts& truck) {
    const auto inside = [&truck](const SiteId& site) {
        return !site.empty() && std::ranges::find(truck.inside, site) != truck.inside.end();
    };
    bool here = true;
    if (row.spot == UnlockSpot::origin) here = inside(one.origin);
    if (row.spot == UnlockSpot::destination) here = inside(one.destination);
    if (row.spot == UnlockSpot::swap_place) here = swap != nullptr && swap->here;
    return here ? std::string_view{} : code_when_away(row.spot);
}

// The swap granted for the manifest now; one whose place the truck is at before others.
const SwapGrant* swap_for(const Aboard& one, const UnlockFacts& facts) {
    const SwapGrant* found = nullptr;
    for (const SwapGrant& swap : facts.swaps) {
        if (swap.manifest != one.id || !swap.during.contains(facts.now)) continue;
        if (found == nullptr || swap.here) found = &swap;
    }
    return found;
}

Trial try_row(const UnlockRow& row, const Aboard& one, const Actor& by, const UnlockFacts& facts) {
    if (!row.roles.has(by.role)) return {Step::role, "UNLOCK_ROLE", &one};
    if (by.party.empty() || seat(one, by.role) != by.party)
        return {Step::party, "UNLOCK_NOT_PARTY", &one};
    if (by.role == Role::driver && !one.driver.empty() && one.driver != by.user)
        return {Step::driver, "UNLOCK_NOT_NAMED_DRIVER", &one};
    if (!row.states.has(one.state)) return {Step::state, "UNLOCK_STATE", &one};
    const SwapGrant* swap = nullptr;
    if (row.spot == UnlockSpot::swap_place) {
        swap = swap_for(one, facts);
        if (swap == nullptr) return {Step::grant, "UNLOCK_NO_SWAP", &one};
    }
    if (const auto fault = position_fault(facts.truck, facts.now); !fault.empty())
        return {Step::position, fault, &one};
    if (const auto fault = spot_fault(row, one, swap, facts.truck); !fault.empty())
        return {Step::spot, fault, &one};
    return {Step::granted, {}, &one, swap};
}

Instant window_end(Instant now, const std::optional<Instant>& grant_ends) {
    const Instant end = now + unlock_window;
    return grant_ends ? std::min(end, *grant_ends) : end;
}

// Rows that look at no manifest: an authority's own order.
Result<UnlockGranted, UnlockRefusal> inspect(const UnlockRow& row, Role role,
                                             const UnlockFacts& facts) {
    const Inspection* longest = nullptr;
    for (const Inspection& one : facts.inspections) {
        if (!one.during.contains(facts.now)) continue;
        const bool longer = longest == nullptr || window_end(facts.now, one.during.until) >
                                                      window_end(facts.now, longest->during.until);
        if (longer) longest = &one;
    }
    if (longest == nullptr) return fail(refused("UNLOCK_NO_INSPECTION", role));
    return UnlockGranted{
        row.row, row.ground, {}, longest->id, window_end(facts.now, longest->during.until)};
}

const UnlockRow* authority_row(Role role) {
    const auto* found = std::ranges::find_if(
        table, [role](const UnlockRow& row) { return row.states.empty() && row.roles.has(role); });
    return found == std::end(table) ? nullptr : found;
}

// What stands before any row, in the order in which it is said.
std::string_view standing_fault(const UnlockRequest& request, const UnlockFacts& facts) {
    if (facts.aboard.empty()) return "UNLOCK_NO_MANIFEST";
    const auto named = [&request](const Aboard& one) { return one.id == request.manifest; };
    if (!request.manifest.empty() && std::ranges::none_of(facts.aboard, named))
        return "UNLOCK_NOT_ABOARD";
    if (std::ranges::any_of(facts.aboard, &Aboard::held)) return "UNLOCK_HELD";
    return {};
}

}  // namespace

std::string_view code(UnlockGround ground) { return name_in(grounds, ground); }
std::string_view code(UnlockSpot spot) { return name_in(spots, spot); }
std::string_view code_when_away(UnlockSpot spot) { return name_in(codes_when_away, spot); }
std::span<const UnlockRow> unlock_table() { return table; }
std::span<const RefusalText> unlock_refusals() { return refusals; }

bool occupies_vehicle(State state) {
    constexpr EnumSet<State> occupying{S::carrier_assigned, S::loaded,  S::in_transit,
                                       S::handover_pending, S::arrived, S::rejected,
                                       S::returning};
    return occupying.has(state);
}

Result<UnlockGranted, UnlockRefusal> may_unlock(const UnlockRequest& request,
                                                const UnlockFacts& facts) {
    const Role role = request.by.role;
    if (role == Role::operator_) return fail(refused("UNLOCK_OPERATOR", role));
    if (!facts.on_vehicle) return fail(refused("UNLOCK_NOT_MOUNTED", role));
    if (const UnlockRow* row = authority_row(role)) return inspect(*row, role, facts);
    if (const auto fault = standing_fault(request, facts); !fault.empty())
        return fail(refused(fault, role));
    Trial closest;
    for (const UnlockRow& row : table) {
        for (const Aboard& one : facts.aboard) {
            if (row.states.empty()) continue;
            if (!request.manifest.empty() && one.id != request.manifest) continue;
            const Trial trial = try_row(row, one, request.by, facts);
            if (trial.step == Step::granted) {
                const auto ends = trial.swap == nullptr ? std::nullopt : trial.swap->during.until;
                return UnlockGranted{row.row, row.ground, one.id,
                                     trial.swap == nullptr ? "" : trial.swap->id,
                                     window_end(facts.now, ends)};
            }
            if (closest.manifest == nullptr || trial.step > closest.step) closest = trial;
        }
    }
    return fail(refused(closest.code, role, closest.manifest->state));
}

}  // namespace liuhen::manifest
