// Measuring by processor time, as the machine may be shared: medians of several
// runs.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace liuhen::bench {

/// Something to be measured. Its result depends on all of its work, so that
/// none is left out.
using Work = std::function<std::size_t()>;

inline double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Seconds that one execution of `work` takes, by repeating it for a tenth of a
/// second.
inline double seconds_of(const Work& work) {
    constexpr double enough = 0.1;
    static volatile std::size_t kept = 0;
    const double start = processor_seconds();
    int times = 0;
    double took = 0;
    while (took < enough) {
        kept = kept + work();
        ++times;
        took = processor_seconds() - start;
    }
    return took / times;
}

/// Prints the median, the best and the worst of the runs; returns the median in
/// units a second.
inline double report(const char* what, std::size_t units, int runs, const Work& work) {
    std::vector<double> nanoseconds;
    seconds_of(work);
    for (int run = 0; run < runs; ++run)
        nanoseconds.push_back(seconds_of(work) * 1e9 / static_cast<double>(units));
    std::ranges::sort(nanoseconds);
    const double median = nanoseconds[nanoseconds.size() / 2];
    std::printf("%-40s %8.2f M/s  %7.1f ns (%.1f to %.1f)\n", what, 1e3 / median, median,
                nanoseconds.front(), nanoseconds.back());
    std::fflush(stdout);
    return 1e9 / median;
}

/// The first argument as the number of runs; 11 without one.
inline int runs_of(int count, char** arguments) {
    return count > 1 ? std::max(1, std::atoi(arguments[1])) : 11;
}

/// What may have disturbed the measurement.
inline void print_machine() {
    std::string load;
    std::getline(std::ifstream{"/proc/loadavg"}, load);
    std::printf("machine: %u cores, load %s\n", std::thread::hardware_concurrency(), load.c_str());
}

}  // namespace liuhen::bench
