#pragma once

// The meta-gradients of one task and what they are made of. Nichol, Achiam & Schulman 2018,
// arXiv:1803.02999, section 5. With phi_1 = phi, g_j = L_j'(phi_j), phi_{j+1} = phi_j - lr g_j:
//
//   Reptile            g_1 + … + g_k = (phi_1 - phi_{k+1}) / lr
//   first-order MAML   g_k
//   MAML               (I - lr H_1) (I - lr H_2) … (I - lr H_{k-1}) g_k,   H_j = L_j''(phi_j)
//
// Over tasks and the order of their mini-batches, to first order in lr,
//
//   E[meta-gradient] = a AvgGrad - b lr AvgGradInner + O(lr^2)
//   AvgGrad      = E[g_i]          at phi: joint training on all tasks goes along -AvgGrad
//   AvgGradInner = E[H_i g_j]      at phi, i != j; = ½ d/dphi E[g_i · g_j], along which the
//                                  gradients of two mini-batches of a task agree more
//
// The step is downhill, so -b lr AvgGradInner raises that agreement: b is what meta-learning adds
// to joint training.

#include <span>

#include "anole/diagnose/batch_losses.h"

namespace anole {

struct MetaGradients {
  Vector reptile, fomaml, maml;  // [P]
};

// Of the inner loop that takes the mini-batches named by `sequence` in order; at least one.
MetaGradients meta_gradients(BatchLosses& losses, std::span<const int> sequence,
                             const Vector& params, double lr);

// Their means over the k rotations of the order 1, 2, …, k of all mini-batches. Every mini-batch is
// the last once, with every other before it, so that a comparison with task_averages of the same
// mini-batches is not blurred by which of them happened to be last.
MetaGradients mean_meta_gradients(BatchLosses& losses, const Vector& params, double lr);

// The coefficients a and b above, of k inner steps.
struct LeadingOrder {
  double grad = 0, inner = 0;
};
LeadingOrder reptile_order(int k);  // k, ½ k (k - 1)
LeadingOrder fomaml_order(int k);   // 1, k - 1
LeadingOrder maml_order(int k);     // 1, 2 (k - 1)

// One task's share of the expectations, over all its mini-batches and ordered pairs of two.
struct TaskAverages {
  Vector grad, grad_inner;   // of AvgGrad and AvgGradInner
  double inner_product = 0;  // mean of g_i · g_j
  double cosine = 0;         // mean of the cosine of g_i and g_j
};

// Of at least two mini-batches. n gradients, and n Hessian products: H_i is linear, so it takes the
// mean of the other gradients at once.
TaskAverages task_averages(BatchLosses& losses, const Vector& params);

// inner_product and cosine alone, without a Hessian product.
TaskAverages gradient_agreement(BatchLosses& losses, const Vector& params);

}  // namespace anole
