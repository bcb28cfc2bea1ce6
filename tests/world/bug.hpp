// What can be done wrong on purpose, to see that it is found.
#pragma once

#include <cstdint>
#include <string_view>

namespace liuhen::world {

enum class Bug : std::uint8_t {
    none,
    ack_at_once,           ///< the reply leaves before the commit
    dead_line_is_done,     ///< a connection lost in mid-transaction counts as a commit
    again_without_key,     ///< what is written again is not held against what is stored
    poison_takes_others,   ///< a refused row takes the rest of its entry with it
    refused_is_believed,   ///< what storage refused stays in the watch
    act_before_event,      ///< a manifest is stored, and its event in a transaction of its own
    answer_before_event,   ///< a client is told of an act before its commit
    hold_apart,            ///< quantities are held in a transaction of their own
    allot_unlocked,        ///< what was left is read, and held without a second look
    void_keeps_quota,      ///< a manifest that ends early gives nothing back
    restart_without_past,  ///< a watch begins anew without what is stored
    late_is_dropped,       ///< what is older than the newest is not folded
    number_early,          ///< feed numbers are drawn before the commit
    feed_in_memory,        ///< what waits for a number is known to the process only
    no_turnstile,          ///< reports of one vehicle are judged side by side
    no_tenancy,            ///< a second server does not ask whether there is one
    count_,
};

struct BugRow {
    Bug bug;
    std::string_view name;
};
inline constexpr BugRow bugs[] = {
    {Bug::ack_at_once, "ack at once"},
    {Bug::dead_line_is_done, "a dead line is a commit"},
    {Bug::again_without_key, "written again without its key"},
    {Bug::poison_takes_others, "a refused row takes others with it"},
    {Bug::refused_is_believed, "what was refused stays in the watch"},
    {Bug::act_before_event, "an act before its event"},
    {Bug::answer_before_event, "an answer before the commit"},
    {Bug::hold_apart, "quantities held apart"},
    {Bug::allot_unlocked, "allotted without a lock"},
    {Bug::void_keeps_quota, "a void that gives nothing back"},
    {Bug::restart_without_past, "a restart without its past"},
    {Bug::late_is_dropped, "late fixes dropped"},
    {Bug::number_early, "feed numbers before the commit"},
    {Bug::feed_in_memory, "a feed in memory"},
    {Bug::no_turnstile, "no turnstile"},
    {Bug::no_tenancy, "two servers"},
};

}  // namespace liuhen::world
